import pg from 'pg';
import { BoundedClient } from './bounded-client.ts';
import { connectionTo, schemaOf, withSchema } from './connection.ts';
import { startAnswerMs } from './timeouts.ts';
import { unreachable } from './unreachable.ts';

const oldestMajor = 15;

interface Found {
  name: string;
  version: string;
  major: number;
  encoding: string;
  isStandby: boolean;
  isReadOnly: boolean;
  isReplica: boolean;
  /** The first schema of the search path that exists and may be used. PostgreSQL's own schemas do not count. */
  schema: string | null;
}

const findStatement = `
  SELECT current_database() AS name, current_setting('server_version') AS version,
    current_setting('server_version_num')::int / 10000 AS major, current_setting('server_encoding') AS encoding,
    pg_is_in_recovery() AS "isStandby", current_setting('transaction_read_only') = 'on' AS "isReadOnly",
    current_setting('session_replication_role') = 'replica' AS "isReplica",
    (SELECT name FROM unnest(current_schemas(false)) WITH ORDINALITY AS path(name, ordinal)
     WHERE name !~ '^pg_' ORDER BY ordinal LIMIT 1) AS schema`;

/**
 * Checks that Parley can work with a database and chooses its schema: the URL's `?schema=`, which is created if it is
 * missing, or the first schema of the search path. Returns the URL with that schema, so that every connection uses it.
 * Rejects with one line that says what to do.
 */
export async function requireUsable(url: string, answerMs = startAnswerMs): Promise<string> {
  const client = await connect(url, answerMs);
  try {
    const { rows } = await client.query<Found>(findStatement);
    requireFit(rows[0]!);
    const schema = schemaOf(url);
    if (schema !== null) await createSchemaIfMissing(client, schema);
    return withSchema(url, schema ?? currentSchema(rows[0]!));
  } finally {
    await client.end();
  }
}

async function connect(url: string, answerMs: number): Promise<pg.Client> {
  let client: pg.Client | null = null;
  try {
    const config = connectionTo(url, { application_name: 'parley start' });
    client = new BoundedClient({ ...config, answerMs });
    client.on('error', () => {}); // a lost connection also fails the current query, which reports it
    await client.connect();
    return client;
  } catch (error) {
    // Ends the connection: if the client gave up (no password, no encryption), the server would otherwise wait for it for
    // a minute.
    client?.end().catch(() => {});
    throw unreachable(error as NodeJS.ErrnoException);
  }
}

function requireFit({ name, version, major, encoding, isStandby, isReadOnly, isReplica }: Found): void {
  if (major < oldestMajor) {
    throw new Error(`The database is PostgreSQL ${version}; Parley needs ${oldestMajor} or newer.`);
  }
  if (encoding !== 'UTF8') {
    const create = `CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0`;
    throw new Error(
      `The database ${name} is encoded as ${encoding}; Parley needs UTF8. Create another one: ${create}.`,
    );
  }
  if (isStandby) throw new Error(`The database ${name} is on a standby. Let DATABASE_URL name the primary server.`);
  if (isReadOnly) {
    throw new Error(`The database ${name} is read-only. To allow writing, set default_transaction_read_only to off.`);
  }
  if (isReplica) {
    throw new Error(`The database ${name} checks no foreign keys. Set session_replication_role to origin.`);
  }
}

function currentSchema({ name, schema }: Found): string {
  if (schema !== null) return schema;
  throw new Error(
    `The search_path of the database ${name} names no usable schema. Add ?schema=NAME to DATABASE_URL; Parley creates it.`,
  );
}

async function createSchemaIfMissing(client: pg.Client, schema: string): Promise<void> {
  // CREATE SCHEMA IF NOT EXISTS would need the right to create even if the schema exists.
  const exists = async () => {
    const { rows } = await client.query('SELECT FROM pg_namespace WHERE nspname = $1', [schema]);
    return rows.length > 0;
  };
  if (await exists()) return;
  try {
    await client.query(`CREATE SCHEMA ${pg.escapeIdentifier(schema)}`);
  } catch (error) {
    if (await exists()) return; // another node was quicker
    throw new Error(
      `The schema ${schema} is missing and cannot be created: ${(error as Error).message}. Create it, or correct DATABASE_URL.`,
      { cause: error },
    );
  }
}
