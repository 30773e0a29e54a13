import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { newId } from '../../../src/base/ids.ts';
import { adding, addMembers } from '../../../src/log/changes/add-members.ts';
import type { Change, ChangeKind, Step } from '../../../src/log/changes/change.ts';
import { deletion } from '../../../src/log/changes/delete.ts';
import { edit } from '../../../src/log/changes/edit.ts';
import { join, joining } from '../../../src/log/changes/join.ts';
import { leave, leaving } from '../../../src/log/changes/leave.ts';
import { react } from '../../../src/log/changes/react.ts';
import { type Draft, send } from '../../../src/log/changes/send.ts';
import { updateRoom } from '../../../src/log/changes/update-room.ts';
import { freshDatabase } from '../../support/database.ts';
import { startWriterNode, type WriterNode } from '../../support/writer-nodes.ts';
import { insertPeople, insertRoom } from '../../support/writer-rooms.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let sql: pg.Client;
let people: string[];
let roomId: string;
let node: WriterNode;

beforeAll(async () => {
  database = await freshDatabase();
  sql = new pg.Client({ connectionString: database.url });
  await sql.connect();
  people = await insertPeople(sql, 60);
  const members = people.slice(0, 50).map((userId, at) => ({ userId, role: at === 0 ? 'OWNER' : 'MEMBER' }));
  roomId = await insertRoom(sql, { kind: 'CHANNEL', members });
  node = startWriterNode(database.url);
});
afterAll(async () => {
  await node.close();
  await sql.end();
  await database.drop();
});

function draft(fields: Partial<Draft> = {}): Draft {
  const id = newId();
  return { id, roomId, actorId: people[0]!, text: 'Hello', clientMessageId: id, replyToId: null, ...fields };
}

function step<C extends Change>(kind: ChangeKind<C, unknown>, change: C): Step {
  return { kind, change };
}

/** Returns the verdicts of changes that are asked for at once; the code of the error for those that fail. */
function verdicts(steps: readonly Step[]): Promise<string[]> {
  const write = async ({ kind, change }: Step): Promise<string> =>
    node.writer.write(kind, change).then(
      ({ verdict }: { verdict: string }) => verdict,
      (error: { code: string }) => error.code,
    );
  return Promise.all(steps.map(write));
}

test('a text that PostgreSQL cannot store fails its own change, of whatever kind, and no other', async () => {
  const message = draft();
  await node.writer.write(send, message);
  const about = { roomId, actorId: people[0]!, messageId: message.id };

  const outcomes = await verdicts([
    step(send, draft({ actorId: people[1]! })),
    step(send, draft({ text: 'a\0b' })),
    step(send, draft({ clientMessageId: '\0', actorId: people[2]! })),
    step(edit, { ...about, text: '\0' }),
    step(react, { ...about, emoji: '\0', isAdded: true }),
    step(updateRoom, { ...about, name: '\0' }),
    step(send, draft({ actorId: people[3]! })),
  ]);

  expect(outcomes).toEqual(['WRITTEN', '22021', '22021', '22021', '22021', '22021', 'WRITTEN']);
});

test('unknown rooms, messages and users are refused, or fail alone', async () => {
  const [nobody, nowhere, nothing] = [newId(), newId(), newId()];
  const about = { roomId, actorId: people[0]!, messageId: nothing };

  const outcomes = await verdicts([
    step(send, draft({ roomId: nowhere })),
    step(send, draft({ replyToId: nothing })),
    step(join, joining({ roomId: nowhere, actorId: people[0]! })),
    step(leave, leaving({ roomId, actorId: nobody })),
    step(edit, { ...about, text: 'x' }),
    step(react, { ...about, emoji: '👍', isAdded: true }),
    step(deletion, about),
    step(addMembers, adding({ roomId, actorId: people[0]! }, [nobody, people[59]!])),
    step(join, joining({ roomId, actorId: nobody })),
    step(send, draft({ actorId: nobody })),
    step(send, draft({ actorId: people[4]! })),
  ]);

  const refused = ['NO_ROOM', 'NO_REPLY', 'NO_ROOM', 'NO_MEMBERSHIP', 'NO_MESSAGE', 'NO_MESSAGE', 'NO_MESSAGE'];
  expect(outcomes).toEqual([...refused, '23503', '23503', '23503', 'WRITTEN']);
});

test.each([
  ['Membership', '"roomId" = $1 AND "userId" = $2'],
  ['User', '"id" = $2 AND $1::uuid IS NOT NULL'],
])('if the row of one author in %s is locked, the messages of all others are stored', async (table, condition) => {
  const authors = people.slice(0, 40);
  await sql.query('BEGIN');
  await sql.query(`SELECT FROM "${table}" WHERE ${condition} FOR UPDATE`, [roomId, authors[20]]);

  const outcomes = await verdicts(authors.map((actorId) => step(send, draft({ actorId }))));
  await sql.query('ROLLBACK');

  expect(outcomes).toEqual(authors.map((_, at) => (at === 20 ? 'RATE_LIMITED' : 'WRITTEN')));
});

test('while a row of an author is locked, none of their later messages overtakes the first', async () => {
  await sql.query('BEGIN');
  await sql.query('SELECT FROM "Membership" WHERE "roomId" = $1 AND "userId" = $2 FOR UPDATE', [roomId, people[0]]);
  const written = [0, 1, 0, 1, 0, 1].map((at) => node.writer.write(send, draft({ actorId: people[at]! })));
  const numbersOf = async (author: number) => {
    const outcomes = await Promise.all(written.filter((_, at) => at % 2 === author));
    return outcomes.map(({ message }) => message?.sequence ?? 0);
  };
  const theirs = await numbersOf(1);
  await sql.query('ROLLBACK');

  const mine = await numbersOf(0);
  expect(theirs).toEqual([1, 2, 3].map((n) => (theirs[0] ?? 0) - 1 + n));
  expect(mine).toEqual([3, 4, 5].map((n) => (theirs[0] ?? 0) + n));
});

test('a room that is deleted while messages wait for it does not exist for them', async () => {
  const gone = await insertRoom(sql, { kind: 'CHANNEL', members: [{ userId: people[0]! }] });
  await sql.query('BEGIN');
  await sql.query('DELETE FROM "Room" WHERE "id" = $1', [gone]);
  const [inGone, elsewhere] = [draft({ roomId: gone }), draft()].map((sent) => verdicts([step(send, sent)]));
  expect(await elsewhere).toEqual(['WRITTEN']);

  await sql.query('COMMIT');

  expect(await inGone).toEqual(['NO_ROOM']);
});
