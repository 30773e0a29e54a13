import pg from 'pg';
import { BoundedClient } from './bounded-client.ts';
import { connectionTo, schemaOf, withSchema } from './connection.ts';

const oldestMajor = 15;
/** How long the database may take over a statement of the start. */
const answerMs = 5000;

interface Found {
  name: string;
  version: string;
  major: number;
  encoding: string;
  isStandby: boolean;
  isReadOnly: boolean;
  isReplica: boolean;
  /** The first schema of the search path that exists and may be used; none of PostgreSQL's own. */
  schema: string | null;
}

const findStatement = `
  SELECT current_database() AS name, current_setting('server_version') AS version,
    current_setting('server_version_num')::int / 10000 AS major, current_setting('server_encoding') AS encoding,
    pg_is_in_recovery() AS "isStandby", current_setting('transaction_read_only') = 'on' AS "isReadOnly",
    current_setting('session_replication_role') = 'replica' AS "isReplica",
    (SELECT name FROM unnest(current_schemas(false)) WITH ORDINALITY AS path(name, place)
     WHERE name !~ '^pg_' ORDER BY place LIMIT 1) AS schema`;

/**
 * Checks that Parley can work with a database, and decides on its schema: the URL's `?schema=`, created if it is missing,
 * else the first one of the search path. Returns the URL with that schema named, so that every connection uses it.
 * Rejects with one line that says what to do.
 */
export async function requireUsable(url: string): Promise<string> {
  const client = await connect(url);
  try {
    const { rows } = await client.query<Found>(findStatement);
    requireFit(rows[0]!);
    const schema = schemaOf(url);
    if (schema !== null) await createMissing(client, schema);
    return withSchema(url, schema ?? currentSchema(rows[0]!));
  } finally {
    await client.end();
  }
}

async function connect(url: string): Promise<pg.Client> {
  let client: pg.Client | null = null;
  try {
    client = new BoundedClient({ ...connectionTo(url, { application_name: 'parley start' }), answerMs });
    client.on('error', () => {}); // a lost connection also fails the query under way, and that is reported
    await client.connect();
    return client;
  } catch (error) {
    // Where it is the client that gives up (no password, no encryption), the server would wait for it for a minute.
    client?.end().catch(() => {});
    throw unreachable(error as NodeJS.ErrnoException);
  }
}

/** What a failure to connect means, in one line with what to do. */
export function unreachable(error: NodeJS.ErrnoException): Error {
  // An address with several numbers (localhost) fails with an error that has a code and no message.
  const reason = error.message || error.code || 'no reason given';
  return new Error(`Cannot reach the database: ${withoutStop(reason)}. ${adviceFor(error)}`, {
    cause: error,
  });
}

function withoutStop(sentence: string): string {
  let text = sentence.trimEnd();
  while (text.endsWith('.') || text.endsWith(':')) text = text.slice(0, -1).trimEnd();
  return text;
}

function adviceFor({ code = '', message }: NodeJS.ErrnoException): string {
  if (/^(SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|CERT_)/.test(code) && !(code in adviceByCode)) {
    return 'Let sslrootcert=FILE in DATABASE_URL name the certificate of its authority, or use sslmode=require alone, which checks none.';
  }
  // node-postgres’s own words, which have no code.
  if (message.includes('client password must be')) return 'Give DATABASE_URL a password.';
  if (message.includes('does not support SSL'))
    return 'Give DATABASE_URL ?sslmode=disable, or switch encryption on there.';
  return adviceByCode[code] ?? 'Check DATABASE_URL.';
}

const adviceByCode: Record<string, string> = {
  '28000': 'Check the user of DATABASE_URL and pg_hba.conf; where encryption is required, add ?sslmode=verify-full.',
  '28P01': 'Check user and password in DATABASE_URL.',
  '3D000': 'Create it, or correct the name in DATABASE_URL.',
  '42501': 'GRANT CONNECT ON DATABASE to the user of DATABASE_URL.',
  '53300': 'Close connections of others, or raise max_connections.',
  '57P03': 'Start Parley again when the database has started.',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'Use a host name of the certificate in DATABASE_URL, or sslmode=verify-ca with sslrootcert=FILE, which checks no name.',
  CERT_HAS_EXPIRED: 'Renew the certificate of the database server.',
  CERT_NOT_YET_VALID: 'Check the clocks of this machine and of the database server.',
  '08P01':
    'DATABASE_URL must lead to PostgreSQL itself: poolers such as PgBouncer refuse the settings of a connection.',
};

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
  if (isStandby) throw new Error(`The database ${name} is on a standby. Let DATABASE_URL lead to the primary server.`);
  if (isReadOnly) {
    throw new Error(
      `The database ${name} is read-only. Let it be written to: set default_transaction_read_only to off.`,
    );
  }
  if (isReplica) {
    throw new Error(`The database ${name} checks no foreign keys. Set session_replication_role to origin.`);
  }
}

function currentSchema({ name, schema }: Found): string {
  if (schema !== null) return schema;
  throw new Error(
    `The search_path of the database ${name} leads to no schema for Parley. Give DATABASE_URL ?schema=NAME; it is created.`,
  );
}

async function createMissing(client: pg.Client, schema: string): Promise<void> {
  // Asked first, because CREATE SCHEMA IF NOT EXISTS needs the right to create even where there is nothing to do.
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
