import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { pino } from 'pino';
import { newId } from '../../src/base/ids.ts';
import { countSql, joinedSql, newestFirstSql, oldestFirstSql } from '../../src/rooms/inbox-statements.ts';
import { membershipsSql } from '../../src/rooms/read-memberships.ts';
import { openPool, type Pool } from '../../src/storage/pool.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { storeRooms } from '../support/stored-rooms.ts';

const userId = newId();
const [lowest, highest] = ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'];
const count = 200;

/** Filters as values $2 to $4. */
const filters = {
  nothing: [null, false, null],
  kinds: [['GROUP'], false, null],
  unread: [null, true, null],
  name: [null, false, ['%nobody%', '%nobody%']],
};
/** The viewer and all parts of memberships. */
const parts = [userId, true, true, true, true];
const inActivity = ['infinity', highest, '-infinity', lowest, 20, ...parts];
const statements = {
  newest: { text: membershipsSql(newestFirstSql), values: inActivity },
  oldest: { text: membershipsSql(oldestFirstSql), values: inActivity },
  joined: { text: membershipsSql(joinedSql('ASC')), values: [lowest, highest, 20, ...parts] },
  'joined last': { text: membershipsSql(joinedSql('DESC')), values: [lowest, highest, 20, ...parts] },
  counted: { text: countSql, values: [1001] },
};
const names = Object.keys(statements) as (keyof typeof statements)[];

let database: TestDatabase;
let pool: Pool;
beforeAll(async () => {
  database = await freshDatabase();
  // One connection, so that all statements of this file share its plans.
  pool = openPool(database.url, {
    sizes: { reads: 1, lists: 0, writes: 1, prisma: 1 },
    log: pino({ level: 'silent' }),
  });
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  // PostgreSQL assumes ten pages for a table that it has never counted; of an empty one, it assumes nothing.
  await client.query('ANALYZE');
  // Otherwise, PostgreSQL would count the tables while they are filled, and plan anew.
  for (const table of ['Membership', 'Message', 'Room', 'RoomHead', 'User']) {
    await client.query(`ALTER TABLE "${table}" SET (autovacuum_enabled = false)`);
  }
  for (const name of names) {
    const { text, values } = statements[name];
    await pool.query(name, text, [userId, ...filters.nothing, ...values]); // makes the plan, which stays
  }
  const insert = 'INSERT INTO "User" ("id", "username", "displayName") VALUES ($1, $2, $2)';
  const crowd = Array.from({ length: 10 }, () => newId());
  for (const id of [userId, ...crowd]) await client.query(insert, [id, `user-${id}`]);
  for (const id of [userId, ...crowd]) await storeRooms(client, { userId: id, count });
  await client.end();
});
afterAll(async () => {
  await pool.close();
  await database.drop();
});

interface PlanNode {
  Alias?: string;
  'Index Name'?: string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
}

/** Runs a prepared statement and returns the plan that it has. */
async function planOf(name: string, values: unknown[]): Promise<PlanNode> {
  const literal = (value: unknown): string => {
    if (Array.isArray(value)) return `ARRAY[${value.map(literal).join()}]`;
    return typeof value === 'string' ? pg.escapeLiteral(value) : JSON.stringify(value); // a number, a boolean or null
  };
  const text = `EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE "${name}" (${values.map(literal).join()})`;
  const [row] = await pool.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(`explain ${text.length} ${newId()}`, text, []);
  return row!['QUERY PLAN'][0].Plan;
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

/** Returns how many rows of tables a plan has read. */
function rowsRead(plan: PlanNode): number {
  const read = nodesOf(plan).filter((node) => node['Relation Name']);
  return read.reduce((sum, node) => {
    return sum + (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];
  }, 0);
}

test.each(names)('%s: a statement that was prepared on empty tables reads a few rows for each room', async (name) => {
  for (const filter of Object.values(filters)) {
    const plan = await planOf(name, [userId, ...filter, ...statements[name].values]);
    const own = nodesOf(plan).filter(({ Alias }) => Alias?.startsWith('own'));

    expect(rowsRead(plan)).toBeGreaterThanOrEqual(20); // else this proves nothing
    expect(rowsRead(plan)).toBeLessThan(8 * count);
    expect(own.map((node) => node['Index Name'])).toEqual(['Membership_userId_state_id_idx']);
  }
});
