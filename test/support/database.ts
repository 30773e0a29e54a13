import { randomUUID } from 'node:crypto';
import pg from 'pg';

/** The migrated database that `freshDatabase` copies; nothing else connects to it. */
export const templateName = 'parley_template';

export type TestDatabase = {
  url: string;
  /** Drops the database and ends its open connections. */
  drop(): Promise<void>;
};

/** Creates a database for the caller with all migrations applied. */
export async function freshDatabase(): Promise<TestDatabase> {
  return create(uniqueName(), `TEMPLATE ${templateName}`);
}

/** Creates an empty database for the caller. */
export async function emptyDatabase(name = uniqueName()): Promise<TestDatabase> {
  return create(name, 'TEMPLATE template0');
}

/** Creates a database for the caller. `options` follow the name in CREATE DATABASE. */
export async function databaseWith(options: string): Promise<TestDatabase> {
  return create(uniqueName(), options);
}

const uniqueName = () => `test_${randomUUID().replaceAll('-', '')}`;

async function create(name: string, template: string): Promise<TestDatabase> {
  await onServer(`CREATE DATABASE ${name} ${template}`);
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  url.search = '';
  return { url: url.href, drop: () => onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client(serverUrl());
  await client.connect();
  await client.query(statement).finally(() => client.end());
}

function serverUrl(): string {
  const url = process.env.PARLEY_TEST_DATABASE_URL;
  if (!url) throw new Error('There is no test database: run the tests with jest, whose global set-up starts one.');
  return url;
}
