import pg from 'pg';
import { pino } from 'pino';
import { BoundedPool } from '../../src/storage/bounded-pool.ts';
import { planning } from '../../src/storage/pool.ts';
import type { Statement } from '../../src/storage/transaction-query.ts';

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  'Rows Removed by Join Filter'?: number;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  Plans?: PlanNode[];
}

/** An execution of a statement, as EXPLAIN reports it. */
export interface Execution {
  plan: PlanNode;
  /** In ms, without planning. */
  time: number;
}

const { utils } = pg as unknown as { utils: { prepareValue(value: unknown): string | Buffer | null } };

/** Returns a value as a literal of unknown type, which PostgreSQL converts to the type of the parameter. */
function literal(value: unknown): string {
  const text = utils.prepareValue(value);
  return text === null ? 'NULL' : pg.escapeLiteral(text.toString());
}

/** A connection with the settings of the hot statements, under which a prepared statement keeps its first plan. */
export class KeptPlans {
  readonly sql: pg.PoolClient;
  readonly #pool: BoundedPool;

  private constructor(pool: BoundedPool, sql: pg.PoolClient) {
    this.#pool = pool;
    this.sql = sql;
  }

  static async open(url: string): Promise<KeptPlans> {
    const options = { settings: planning, max: 1, acquireMs: 5000, answerMs: 60_000, log: pino({ level: 'silent' }) };
    const pool = new BoundedPool(url, options);
    return new KeptPlans(pool, await pool.connect());
  }

  async close(): Promise<void> {
    this.sql.release();
    await this.#pool.end();
  }

  /** Prepares statements, and plans them by executing each. */
  async prepare(statements: readonly Statement[]): Promise<void> {
    await this.sql.query('DEALLOCATE ALL');
    for (const { name, text, values } of statements) {
      await this.sql.query(`PREPARE ${pg.escapeIdentifier(`kept ${name}`)} AS ${text}`);
      await this.#rolledBack(`EXPLAIN ${execute({ name, values })}`);
    }
  }

  /** Executes a prepared statement, and undoes what it wrote. */
  async execution(statement: Pick<Statement, 'name' | 'values'>): Promise<Execution> {
    const { rows } = await this.#rolledBack(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${execute(statement)}`);
    const [report] = rows[0]['QUERY PLAN'];
    return { plan: report.Plan, time: report['Execution Time'] };
  }

  async #rolledBack(text: string): Promise<pg.QueryResult> {
    await this.sql.query('BEGIN');
    return this.sql.query(text).finally(() => this.sql.query('ROLLBACK'));
  }
}

function execute({ name, values }: Pick<Statement, 'name' | 'values'>): string {
  const list = values.length > 0 ? `(${values.map(literal).join(', ')})` : '';
  return `EXECUTE ${pg.escapeIdentifier(`kept ${name}`)} ${list}`;
}

/** Returns how many rows each node of a plan has read, with the ones it threw away. */
export function readingsOf(plan: PlanNode): { by: string; table: string | undefined; rows: number }[] {
  const removed =
    (plan['Rows Removed by Filter'] ?? 0) +
    (plan['Rows Removed by Index Recheck'] ?? 0) +
    (plan['Rows Removed by Join Filter'] ?? 0);
  const rows = (plan['Actual Rows'] + removed) * plan['Actual Loops'];
  return [{ by: plan['Node Type'], table: plan['Relation Name'], rows }, ...(plan.Plans ?? []).flatMap(readingsOf)];
}

/** Returns how many blocks of tables and indexes an execution has read. */
export function blocksOf({ plan }: Execution): number {
  return plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
}
