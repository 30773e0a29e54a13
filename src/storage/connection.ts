import pg from 'pg';
import { parametersOf, readPostgresUrl } from './postgres-url.ts';

/** PostgreSQL's name of a setting, and its value for one connection. */
export type Settings = Record<string, string | number>;

/** What one pool or client adds: fields of node-postgres, such as `max`, and settings of PostgreSQL. */
export type ConnectionOptions = Omit<pg.PoolConfig, 'connectionString' | 'options' | 'ssl'> & { settings?: Settings };

/**
 * What results and promises depend on. ALTER ROLE, ALTER DATABASE and postgresql.conf can change each of these for new
 * connections; settings that a connection starts with take precedence over all three.
 *
 * `default_transaction_read_only` is not here: providers of PostgreSQL set it when a disk is nearly full, and Parley then
 * must not write. `requireUsable` and `/readyz` look at it.
 */
const pinned: Settings = {
  // How values are written and read. Prisma's adapter drops the offset of a time, so that only UTC is right.
  TimeZone: 'UTC',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  bytea_output: 'hex',
  extra_float_digits: 1,
  standard_conforming_strings: 'on',
  array_nulls: 'on',
  // What a statement means.
  transform_null_equals: 'off',
  row_security: 'on',
  // What a transaction promises. An acknowledged message is on disk.
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  synchronous_commit: 'on',
  // When the server ends the session by itself.
  exit_on_error: 'off',
  idle_session_timeout: 0,
};

/** Nothing is cut short unless a pool asks for it. */
const noTimeouts: Settings = { statement_timeout: 0, lock_timeout: 0, idle_in_transaction_session_timeout: 0 };

/**
 * Makes the configuration of a connection or pool: the only way from a URL to PostgreSQL. Takes host, port, user,
 * password, database, encryption, `application_name`, `options` and `schema` from the URL and ignores its other
 * parameters, such as Prisma's `connection_limit`. Settings in the URL's `options` give way to `settings` and these to
 * `pinned`; PGOPTIONS is ignored. Throws if the URL's `sslmode` is none, or a file that it names (`sslrootcert`) cannot be
 * read.
 */
export function connectionTo(url: string, { settings, ...options }: ConnectionOptions = {}): pg.PoolConfig {
  const {
    host,
    port,
    user,
    password,
    database,
    ssl,
    sslnegotiation,
    application_name,
    options: others,
  } = readPostgresUrl(url);
  const schema = schemaOf(url);
  const searchPath: Settings = schema === null ? {} : { search_path: pg.escapeIdentifier(schema) };
  return {
    application_name: application_name || 'parley',
    ...options,
    host: host ?? undefined,
    port: port ? Number(port) : undefined,
    user,
    password,
    database: database ?? undefined,
    // `?ssl=false` stays a text, which node-postgres takes for yes.
    ssl: ssl === 'false' ? false : (ssl as pg.ClientConfig['ssl']),
    sslnegotiation: sslnegotiation ?? 'postgres',
    client_encoding: 'UTF8',
    options: [others, commandLineOf({ ...noTimeouts, ...settings, ...pinned, ...searchPath })]
      .filter(Boolean)
      .join(' '),
  };
}

/** The schema that the URL names with `?schema=`, as Prisma's URLs do; null if it names none. */
export function schemaOf(url: string): string | null {
  return parametersOf(url).schema || null;
}

/** The same URL with this schema, to which every connection is then pinned. */
export function withSchema(url: string, schema: string): string {
  if (schemaOf(url) === schema) return url;
  return `${url}${url.includes('?') ? '&' : '?'}schema=${encodeURIComponent(schema)}`;
}

/** As in `postgres -c name=value`; a backslash before a space or a backslash keeps it in its value. */
function commandLineOf(settings: Settings): string {
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${String(value).replace(/[\\\s]/g, '\\$&')}`)
    .join(' ');
}
