import pg from 'pg';
import { Prisma } from '../generated/prisma/client.ts';

/** Rejects with one line unless the role may read and write all of Parley's tables in the current schema. */
export async function requireTableRights(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ table: string }>(forbiddenStatement, [
    [...Object.values(Prisma.ModelName), '_prisma_migrations'],
  ]);
  if (rows.length === 0) return;
  const { role, schema } = await currentRole(client);
  const tables = rows.map(({ table }) => table).join(', ');
  const grant = `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${role};`;
  throw new Error(`The role ${role} may not read and write these tables: ${tables}. Have their owner run: ${grant}`);
}

const forbiddenStatement = `
  SELECT c.relname AS table FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = current_schema() AND c.relname = ANY($1) AND NOT (
    has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT')
    AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE'))
  ORDER BY 1`;

/** Rejects with `error`, or if the role may not create a table, with one line that says which right it lacks. */
export async function explainMissingRights(client: pg.Client, error: pg.DatabaseError): Promise<never> {
  if (error.code !== '42501') throw error;
  const { role, schema } = await currentRole(client);
  const advice = `Have the owner of the database run: GRANT USAGE, CREATE ON SCHEMA ${schema} TO ${role};`;
  throw new Error(`Parley cannot create its tables: ${error.message}. ${advice}`, { cause: error });
}

async function currentRole(client: pg.Client): Promise<{ role: string; schema: string }> {
  const { rows } = await client.query('SELECT current_user AS role, current_schema() AS schema');
  return { role: pg.escapeIdentifier(rows[0].role), schema: pg.escapeIdentifier(rows[0].schema ?? 'public') };
}
