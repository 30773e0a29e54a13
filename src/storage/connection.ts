import pg from 'pg';
import { parametersOf, readPostgresUrl } from './postgres-url.ts';

/** Settings of PostgreSQL for one connection, by name. */
export type Settings = Record<string, string | number>;

/** Options of one pool or client: fields of node-postgres, such as `max`, and settings of PostgreSQL. */
export type ConnectionOptions = Omit<pg.PoolConfig, 'connectionString' | 'options' | 'ssl'> & { settings?: Settings };

/**
 * The settings that results and guarantees depend on. ALTER ROLE, ALTER DATABASE and postgresql.conf can change each of them
 * for new connections; the settings that a connection starts with override all three.
 *
 * `default_transaction_read_only` is missing on purpose: hosting providers set it when a disk is nearly full, and then
 * Parley must not write. `requireUsable` and `/readyz` check it.
 */
const pinned: Settings = {
  // The text format of values. Prisma's adapter drops the offset of a time, so only UTC is correct.
  TimeZone: 'UTC',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  bytea_output: 'hex',
  extra_float_digits: 1,
  standard_conforming_strings: 'on',
  array_nulls: 'on',
  // The meaning of a statement.
  transform_null_equals: 'off',
  row_security: 'on',
  // The guarantees of a transaction. An acknowledged message is on disk.
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  synchronous_commit: 'on',
  // When the server ends a session.
  exit_on_error: 'off',
  idle_session_timeout: 0,
};

/** There are no time limits unless a pool sets them. */
const noTimeouts: Settings = { statement_timeout: 0, lock_timeout: 0, idle_in_transaction_session_timeout: 0 };

/**
 * Returns the configuration of a connection or pool. Every connection to PostgreSQL is opened with it. Throws if `sslmode`
 * is unknown, or if a file in the URL (`sslrootcert`) cannot be read.
 *
 * The URL gives the address, user, password, database, encryption, `application_name`, `options` and `schema`. Its other
 * parameters are ignored, such as Prisma's `connection_limit`. The environment variable PGOPTIONS is ignored too.
 *
 * If a setting is given more than once, `pinned` wins over `settings`, and `settings` win over the URL's `options`.
 */
export function connectionTo(url: string, { settings, ...options }: ConnectionOptions = {}): pg.PoolConfig {
  const read = readPostgresUrl(url);
  const schema = schemaOf(url);
  const searchPath: Settings = schema === null ? {} : { search_path: pg.escapeIdentifier(schema) };
  const allSettings = { ...noTimeouts, ...settings, ...pinned, ...searchPath };
  return {
    application_name: read.application_name || 'parley',
    ...options,
    host: read.host ?? undefined,
    port: read.port ? Number(read.port) : undefined,
    user: read.user,
    password: read.password,
    database: read.database ?? undefined,
    // The parser returns `?ssl=false` as a string, which node-postgres takes for true.
    ssl: read.ssl === 'false' ? false : (read.ssl as pg.ClientConfig['ssl']),
    sslnegotiation: read.sslnegotiation ?? 'postgres',
    client_encoding: 'UTF8',
    options: [read.options, commandLineOf(allSettings)].filter(Boolean).join(' '),
  };
}

/** Returns the `?schema=` of the URL, which Prisma's URLs have; null if there is none. */
export function schemaOf(url: string): string | null {
  return parametersOf(url).schema || null;
}

/** Returns the URL with this schema, which every connection then uses. */
export function withSchema(url: string, schema: string): string {
  if (schemaOf(url) === schema) return url;
  return `${url}${url.includes('?') ? '&' : '?'}schema=${encodeURIComponent(schema)}`;
}

/** Formats settings as in `postgres -c name=value`, with a backslash before spaces and backslashes. */
function commandLineOf(settings: Settings): string {
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${String(value).replace(/[\\\s]/g, '\\$&')}`)
    .join(' ');
}
