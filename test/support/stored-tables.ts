import pg from 'pg';

/** The rows of all tables of a database. A copy of them is kept in another schema, so that they can be restored. */
export class StoredTables {
  readonly #sql: pg.Client;
  readonly #names: readonly string[];

  private constructor(sql: pg.Client, names: readonly string[]) {
    this.#sql = sql;
    this.#names = names;
  }

  /** Copies all rows. From now on, statistics change only by `count`. */
  static async copied(url: string): Promise<StoredTables> {
    const sql = new pg.Client({ connectionString: url });
    await sql.connect();
    await sql.query('SET session_replication_role = replica'); // Rows are restored in any order, without foreign keys.
    const { rows } = await sql.query(
      `SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename ~ '^[A-Z]'`,
    );
    const names = rows.map(({ tablename }) => tablename as string);
    await sql.query('CREATE SCHEMA copied');
    for (const name of names) {
      await sql.query(`ALTER TABLE "${name}" SET (autovacuum_enabled = false)`);
      await sql.query(`CREATE TABLE copied."${name}" AS TABLE "${name}"`);
    }
    return new StoredTables(sql, names);
  }

  /** Empties the tables and forgets what is known of them, as if they were new. Connections plan their statements again. */
  async truncate(): Promise<void> {
    const tables = this.#names.map((name) => `"${name}"`);
    await this.#sql.query(`TRUNCATE ${tables.join(', ')}`);
    await this.#sql.query('DELETE FROM pg_statistic WHERE starelid = ANY($1::regclass[])', [tables]);
  }

  /** Replaces the rows of each table by its copied ones, or by the first `limit` of them. Connections keep their plans. */
  async restore(limit: number | null = null): Promise<void> {
    for (const name of this.#names) {
      await this.#sql.query(`DELETE FROM "${name}"`);
      await this.#sql.query(`INSERT INTO "${name}" SELECT * FROM copied."${name}" LIMIT $1`, [limit]);
    }
  }

  /** Counts the rows. Connections plan their statements again. */
  async count(): Promise<void> {
    await this.#sql.query('ANALYZE');
  }

  async close(): Promise<void> {
    await this.#sql.end();
  }
}
