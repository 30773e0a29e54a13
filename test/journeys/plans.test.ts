import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { innerId } from '../../src/base/ids.ts';
import { planning } from '../../src/storage/pool.ts';
import { HistoryDocument, ReadStatesDocument, UnreadDocument } from '../generated/graphql.ts';
import { type Person, people } from '../support/person.ts';
import { makeGroup } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';

const roomCount = 20;
const messagesEach = 2000;

let server: TestServer;
let ada: Person;
let roomIds: string[];
let sql: pg.Client;
beforeAll(async () => {
  server = await startServer();
  const { grace, ...others } = await people(server.url, 'Ada', 'Grace');
  ada = others.ada;
  roomIds = await Promise.all(Array.from({ length: roomCount }, (_, n) => makeGroup(ada, `Long ${n}`, [grace])));
  sql = new pg.Client({ connectionString: server.databaseUrl });
  await sql.connect();
  for (const [setting, value] of Object.entries(planning)) await sql.query(`SET ${setting} = ${value}`);
  await fillRooms(innerId('User', grace.id));
});
afterAll(async () => {
  await sql.end();
  await server.close();
});

/** Every second message is a system one. */
async function fillRooms(authorId: string): Promise<void> {
  const values = [roomIds.map((id) => innerId('Room', id)), messagesEach, authorId];
  await sql.query(
    `INSERT INTO "Message"
       ("id", "roomId", "sequence", "eventNumber", "kind", "authorId", "text", "systemEventType")
     SELECT gen_random_uuid(), room, 100 + n, 100 + n, kind, CASE kind WHEN 'USER' THEN $3::uuid END,
       CASE kind WHEN 'USER' THEN 'Message ' || n END,
       CASE kind WHEN 'SYSTEM' THEN 'MEMBER_JOINED'::"SystemEventType" END
     FROM unnest($1::uuid[]) AS room, generate_series(1, $2) AS n,
       LATERAL (SELECT (CASE n % 2 WHEN 0 THEN 'USER' ELSE 'SYSTEM' END)::"MessageKind" AS kind) AS of`,
    values,
  );
  await sql.query(
    `UPDATE "RoomHead" SET "lastSequence" = 100 + $1, "lastEventNumber" = 100 + $1, "lastEventAt" = now()`,
    [messagesEach],
  );
  // The plans depend on statistics, here of all rows and not of a sample, and on which pages were vacuumed: now all are.
  // Autovacuum would replace them by those of a sample.
  await sql.query('ALTER TABLE "Message" SET (autovacuum_enabled = false)');
  await sql.query('SET default_statistics_target = 500');
  await sql.query('VACUUM (ANALYZE)');
}

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  Plans?: PlanNode[];
}

/** Returns how PostgreSQL reads messages for the newest statement of the server that contains `about`. */
async function waysToMessages(about: string, values: unknown[]): Promise<string[]> {
  const text = server.statements.findLast((statement) => statement.includes(about));
  const { rows } = await sql.query(`EXPLAIN (FORMAT JSON) ${text}`, values);
  const all: PlanNode[] = [];
  const visit = (node: PlanNode) => {
    all.push(node);
    node.Plans?.forEach(visit);
  };
  visit(rows[0]['QUERY PLAN'][0].Plan);
  return all
    .filter((node) => node['Relation Name'] === 'Message')
    .map((node) => `${node['Node Type']} on ${node['Index Name']}`);
}

const pages = 'WITH found AS';
/** The viewer, and no parts. */
const alone = [null, false, false, false, false];
const byId = 'Index Scan on Message_pkey';
const bySequence = expect.stringMatching(/^Index (Only )?Scan on Message_roomId_sequence_key$/);
const byUnread = expect.stringMatching(/^Index (Only )?Scan on Message_unread_idx$/);
const byUncounted = expect.stringMatching(/^Index (Only )?Scan on Message_uncounted_idx$/);

test('the newest page of a room and one in its middle are read from the index of numbers', async () => {
  const [roomId = ''] = roomIds;
  const room = [innerId('Room', roomId)];
  const { room: read } = await ada.ask(HistoryDocument, { roomId, last: 50 });
  const newest = await waysToMessages(pages, [room, -1, 2 ** 31 - 1, 51, ...alone]);
  await ada.ask(HistoryDocument, { roomId, last: 50, before: read!.messages.pageInfo.startCursor });
  const middle = await waysToMessages(pages, [room, -1, messagesEach / 2, 51, ...alone]);

  // Replies are read by their ids.
  expect(newest).toEqual([bySequence, byId]);
  expect(middle).toEqual([bySequence, byId]);
});

test('unread messages are read from the indexes of messages that count and that do not', async () => {
  const userId = innerId('User', ada.id);
  const { viewer } = await ada.ask(ReadStatesDocument, { first: 100 });
  await ada.ask(UnreadDocument);
  const bounds = ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'];

  const states = await waysToMessages('"firstUnreadSequence"', [
    [userId],
    ...bounds,
    101,
    userId,
    true,
    true,
    true,
    true,
  ]);
  const rooms = roomIds.map((id) => innerId('Room', id));
  const first = await waysToMessages('AS want(room, number)', [rooms, rooms.map(() => 101), ...alone]);
  const summary = await waysToMessages('AS "rooms"', [[userId]]);

  expect(viewer?.memberships.nodes.map(({ readState }) => readState?.unreadCount.isCapped)).toEqual(
    roomIds.map(() => true),
  );
  expect(states).toEqual([byUncounted, byUnread, byUnread]);
  expect(first).toEqual([bySequence, byId]);
  expect(summary).toEqual([byUnread, byUnread]);
});
