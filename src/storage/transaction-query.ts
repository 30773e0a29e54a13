import pg from 'pg';

/** A prepared statement: `name` stands for its text on every connection. */
export interface Statement {
  name: string;
  text: string;
  values: unknown[];
}

/** What node-postgres calls on a query of one's own, beside `submit`; pg-cursor is built on the same. */
interface AnswerHandlers {
  handleRowDescription(message: { fields: pg.FieldDef[] }): void;
  handleDataRow(message: { fields: unknown[] }): void;
  handleCommandComplete(): void;
  handleError(error: Error): void;
  handleReadyForQuery(): void;
}

/** The rows of one statement; the methods of `pg.Result` that its types leave out. */
interface Rows extends pg.Result {
  addFields(fields: pg.FieldDef[]): void;
  parseRow(fields: unknown[]): pg.QueryResultRow;
  addRow(row: pg.QueryResultRow): void;
}

const { Result, utils } = pg as unknown as {
  Result: new (rowMode: null, types: typeof pg.types) => Rows;
  utils: { prepareValue(value: unknown): string | Buffer | null };
};

/** The statements that a connection has prepared for certain. */
const preparedOn = new WeakMap<pg.Connection, Set<string>>();

/**
 * Statements that PostgreSQL runs as one transaction and answers once, after the commit: they go out with a single Sync at
 * their end, which makes them an implicit transaction (PostgreSQL, "Extended Query"), each with a snapshot of its own. With
 * BEGIN and COMMIT around them, each of four answers could wake this process up.
 */
export class TransactionQuery implements pg.Submittable, AnswerHandlers {
  /** Resolves after the commit, with the rows of each statement. */
  readonly rows: Promise<pg.QueryResultRow[][]>;
  readonly #statements: readonly (Statement & { values: (string | Buffer | null)[] })[];
  readonly #results: Rows[];
  /** Takes back, after an error, that these statements are prepared: the server left out what came after it. */
  #forget = () => {};
  #answered = 0;
  #resolve!: (rows: pg.QueryResultRow[][]) => void;
  #reject!: (error: Error) => void;

  constructor(statements: readonly Statement[]) {
    // Here, where nothing is sent yet: a value that cannot be written throws.
    this.#statements = statements.map((statement) => ({
      ...statement,
      values: statement.values.map((value) => utils.prepareValue(value)),
    }));
    this.#results = statements.map(() => new Result(null, pg.types));
    this.rows = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  submit(connection: pg.Connection): void {
    const prepared = preparedOn.get(connection) ?? new Set();
    preparedOn.set(connection, prepared);
    const fresh = this.#statements.map(({ name }) => name).filter((name) => !prepared.has(name));
    this.#forget = () => {
      for (const name of fresh) prepared.delete(name);
    };
    connection.stream.cork();
    for (const { name, text, values } of this.#statements) {
      if (!prepared.has(name)) prepare(connection, name, text);
      prepared.add(name);
      connection.bind({ statement: name, values }, true);
      connection.describe({ type: 'P' }, true);
      connection.execute({}, true);
    }
    connection.sync();
    connection.stream.uncork();
  }

  handleRowDescription({ fields }: { fields: pg.FieldDef[] }): void {
    this.#results[this.#answered]?.addFields(fields);
  }

  handleDataRow({ fields }: { fields: unknown[] }): void {
    const result = this.#results[this.#answered];
    result?.addRow(result.parseRow(fields));
  }

  handleCommandComplete(): void {
    this.#answered += 1;
  }

  handleError(error: Error): void {
    this.#forget();
    this.#reject(error);
  }

  handleReadyForQuery(): void {
    this.#resolve(this.#results.map(({ rows }) => rows));
  }
}

/** Prepares a statement, which may be prepared already: closing one that is not is no error. */
function prepare(connection: pg.Connection, name: string, text: string): void {
  connection.close({ type: 'S', name }, true);
  connection.parse({ name, text, types: [] }, true);
}
