import pg from 'pg';

/** A copy of a database, as a backup. */
export interface Backup {
  url: string;
  /** Cuts the connections to the database and replaces it by the copy. */
  restore(): Promise<void>;
}

/** Cuts the connections to a database and copies it. */
export async function backUp(databaseUrl: string): Promise<Backup> {
  const name = new URL(databaseUrl).pathname.slice(1);
  const copy = `${name}_backup`;
  await onServer(databaseUrl, ...withoutConnections(name, `CREATE DATABASE ${copy} TEMPLATE ${name}`));
  const url = new URL(databaseUrl);
  url.pathname = `/${copy}`;
  const restore = () =>
    onServer(
      databaseUrl,
      `DROP DATABASE ${name} WITH (FORCE)`,
      ...withoutConnections(copy, `ALTER DATABASE ${copy} RENAME TO ${name}`, name),
    );
  return { url: url.href, restore };
}

function withoutConnections(name: string, statement: string, newName = name): string[] {
  return [
    `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`,
    `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '${name}'`,
    statement,
    `ALTER DATABASE ${newName} ALLOW_CONNECTIONS true`,
  ];
}

async function onServer(databaseUrl: string, ...statements: string[]): Promise<void> {
  const url = new URL(databaseUrl);
  url.pathname = '/postgres';
  const client = new pg.Client(url.href);
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
