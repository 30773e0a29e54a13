import pg from 'pg';

/** A prepared statement. On every connection, `name` always means the same `text`. */
export interface Statement {
  name: string;
  text: string;
  values: unknown[];
}

/** What node-postgres calls on a custom query, in addition to `submit`; pg-cursor uses the same interface. */
interface AnswerHandlers {
  handleRowDescription(message: { fields: pg.FieldDef[] }): void;
  handleDataRow(message: { fields: unknown[] }): void;
  handleCommandComplete(): void;
  handleError(error: Error): void;
  handleReadyForQuery(): void;
}

/** The rows of one statement: `pg.Result` with methods that are missing in its types. */
interface Rows extends pg.Result {
  addFields(fields: pg.FieldDef[]): void;
  parseRow(fields: unknown[]): pg.QueryResultRow;
  addRow(row: pg.QueryResultRow): void;
}

const { Result, utils } = pg as unknown as {
  Result: new (rowMode: null, types: typeof pg.types) => Rows;
  utils: { prepareValue(value: unknown): string | Buffer | null };
};

/** The names of the statements that a connection has certainly prepared. */
const preparedOn = new WeakMap<pg.Connection, Set<string>>();

/**
 * Statements that PostgreSQL runs as one transaction and answers together, after the commit. A single Sync after the last one
 * makes them an implicit transaction (PostgreSQL manual, "Extended Query"); each statement has its own snapshot. With BEGIN
 * and COMMIT, this process would wake up for each of four answers.
 */
export class TransactionQuery implements pg.Submittable, AnswerHandlers {
  /** Resolves after the commit, with the rows of each statement. */
  readonly rows: Promise<pg.QueryResultRow[][]>;
  readonly #statements: readonly (Statement & { values: (string | Buffer | null)[] })[];
  readonly #results: Rows[];
  /**
   * Called after an error: forgets that the statements of this query are prepared, because the server skipped those after
   * the failed one.
   */
  #forget = () => {};
  #answered = 0;
  #resolve!: (rows: pg.QueryResultRow[][]) => void;
  #reject!: (error: Error) => void;

  constructor(statements: readonly Statement[]) {
    // Values are converted before anything is sent, because a conversion may throw.
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

/** Prepares a statement. It may be prepared already, so it is closed first; closing an unknown statement is no error. */
function prepare(connection: pg.Connection, name: string, text: string): void {
  connection.close({ type: 'S', name }, true);
  connection.parse({ name, text, types: [] }, true);
}
