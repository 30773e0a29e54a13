import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { innerId } from '../../src/base/ids.ts';
import { schema } from '../../src/schema.ts';
import { everyFieldOf } from '../support/every-field.ts';
import type { Person } from '../support/person.ts';
import { makeGroup, say } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let ada: Person;
let sql: pg.Client;
beforeAll(async () => {
  // With four connections, one is for reads: every statement is prepared on it, while the tables are nearly empty.
  server = await startServer({ databasePool: 4 });
  sql = new pg.Client({ connectionString: server.databaseUrl });
  await sql.connect();
  for (const table of tables) await sql.query(`ALTER TABLE "${table}" SET (autovacuum_enabled = false)`);
  ada = await server.signIn('Ada');
  const room = await makeGroup(ada, 'First', []);
  await say(ada, room, 'Hello');
  for (const page of ['(first: 2)', '(last: 2)']) await readEverything(room, page);
  await fill(innerId('User', ada.id));
});
afterAll(async () => {
  await sql.end();
  await server.close();
});

const tables = ['User', 'Room', 'RoomHead', 'Membership', 'Message', 'Reaction', 'RoomEvent', 'Session'];

const fieldsOf = (type: string, but: string[] = []) =>
  everyFieldOf(schema, type, { but: ['syncCursor', 'lastEventNumber', 'presence', ...but], levels: 3 });

/** Reads a page of every list, with everything that pages have. */
async function readEverything(room: string, page: string): Promise<void> {
  const { errors } = await ada.tryAsk(`{
    viewer {
      unread { rooms { value } } memberships${page} { nodes { ${fieldsOf('RoomMembership')} } }
      inbox: memberships${page.replace(')', ', orderBy: ACTIVITY)')} { totalCount { value } nodes { ${fieldsOf('RoomMembership')} } }
      found: memberships${page.replace(')', ', filter: { query: "i" })')} { nodes { ${fieldsOf('RoomMembership')} } }
    }
    room(id: "${room}") { messages${page} { nodes { ${fieldsOf('Message')} } } members${page} { nodes { ${fieldsOf('RoomMembership')} } } }
    rooms${page} { nodes { ${fieldsOf('Room', ['members', 'messages'])} } } users(first: 2) { nodes { id } }
  }`);
  expect(errors).toBeUndefined();
}

/** Creates 200 rooms, each with 20 members, 100 messages and 20 reactions; Ada is in 50 of them. */
async function fill(userId: string): Promise<void> {
  await sql.query(`
    INSERT INTO "User" ("id", "username", "displayName") SELECT gen_random_uuid(), 'user-' || n, 'User ' || n FROM generate_series(1, 2000) n;
    INSERT INTO "Room" ("id", "kind", "name", "slug") SELECT gen_random_uuid(), 'CHANNEL', 'Room', 'room-' || n FROM generate_series(1, 200) n;
    INSERT INTO "RoomHead" ("roomId", "lastSequence", "lastEventNumber", "lastEventAt") SELECT "id", 100, 100, now() FROM "Room" ON CONFLICT DO NOTHING;
    INSERT INTO "Membership" ("id", "roomId", "userId", "stateEventNumber")
      SELECT gen_random_uuid(), r."id", u."id", 1 FROM "Room" r, LATERAL (SELECT "id" FROM "User" WHERE r."id" IS NOT NULL ORDER BY random() LIMIT 20) u
      ON CONFLICT DO NOTHING;
    INSERT INTO "Message" ("id", "roomId", "sequence", "eventNumber", "authorId", "text", "clientMessageId")
      SELECT gen_random_uuid(), r."id", 100 + n, 100 + n, (SELECT "id" FROM "User" LIMIT 1), 'Hi', n::text FROM "Room" r, generate_series(1, 100) n;
    INSERT INTO "Reaction" ("roomId", "messageId", "emoji", "userId")
      SELECT "roomId", "id", '👍', "authorId" FROM "Message" WHERE "authorId" IS NOT NULL AND "sequence" % 5 = 0`);
  await sql.query(
    `INSERT INTO "Membership" ("id", "roomId", "userId", "stateEventNumber") SELECT gen_random_uuid(), "id", $1, 1 FROM "Room" LIMIT 50 ON CONFLICT DO NOTHING`,
    [userId],
  );
}

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Cond'?: string;
  'Index Name'?: string;
  Plans?: PlanNode[];
}

/** Returns the scans of tables in the plans of all statements that the connection for reads has prepared. */
async function preparedScans(): Promise<Record<string, PlanNode[]>> {
  const { query } = server.app.services;
  const statements = await query<{ name: string; values: number }>(
    'prepared',
    `SELECT name, cardinality(parameter_types) AS values FROM pg_prepared_statements WHERE name !~ '^(prepared|explain)'`,
    [],
  );
  const scans: Record<string, PlanNode[]> = {};
  for (const { name, values } of statements) {
    const nulls = values > 0 ? `(${Array(values).fill('NULL').join(', ')})` : '';
    const text = `EXPLAIN (FORMAT JSON) EXECUTE ${pg.escapeIdentifier(name)}${nulls}`;
    const [row] = await query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(`explain ${name}`, text, []);
    scans[name] = row!['QUERY PLAN']
      .flatMap(({ Plan }) => nodesOf(Plan))
      .filter((node) => /Scan/.test(node['Node Type']) && (node['Relation Name'] || node['Index Name']));
  }
  return scans;
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

/** Statements that walk through an index from a cursor, and stop when their page is full. */
const walking = /^(rooms|users) by/;

/** Returns what a plan reads as a whole. */
function wholeReads(scans: Record<string, PlanNode[]>): string[] {
  return Object.entries(scans).flatMap(([name, nodes]) =>
    nodes
      .filter((node) => !node['Index Cond'] && !walking.test(name))
      .map((node) => `${name}: ${node['Node Type']} on ${node['Index Name'] ?? node['Relation Name']}`),
  );
}

/** Returns the indexes of a table that a plan uses; PostgreSQL names an index after its table. */
const indexesOf = (nodes: PlanNode[] | undefined, table: string) => {
  const names = nodes?.flatMap((node) => node['Index Name'] ?? []) ?? [];
  return [...new Set(names.filter((name) => name.startsWith(`${table}_`)))].sort();
};

test.each(['were nearly empty', 'were analyzed'])(
  'statements that were prepared when tables %s read by an index',
  async (when) => {
    if (when === 'were analyzed') await sql.query('ANALYZE');
    const scans = await preparedScans();

    expect(Object.keys(scans).length).toBeGreaterThan(10);
    expect(wholeReads(scans)).toEqual([]);
    for (const backwards of ['', ', backwards']) {
      expect(indexesOf(scans[`page of messages${backwards}`], 'Message')).toEqual([
        'Message_pkey',
        'Message_roomId_sequence_key',
      ]);
      expect(indexesOf(scans[`page of memberships by userId${backwards}`], 'Membership')).toEqual([
        'Membership_userId_state_id_idx',
      ]);
      expect(indexesOf(scans[`page of memberships by roomId${backwards}`], 'Membership')).toEqual([
        'Membership_roomId_state_id_idx',
      ]);
      expect(indexesOf(scans[`page of memberships by userId${backwards}`], 'Message')).toEqual([
        'Message_uncounted_idx',
        'Message_unread_idx',
      ]);
    }
    expect(indexesOf(scans['rooms of viewers'], 'Membership')).toEqual(['Membership_roomId_userId_key']);
  },
);
