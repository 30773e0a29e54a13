import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { newId } from '../../../src/base/ids.ts';
import { limits } from '../../../src/base/limits.ts';
import { noEnd } from '../../../src/base/no-end.ts';
import { deletion } from '../../../src/log/changes/delete.ts';
import { edit } from '../../../src/log/changes/edit.ts';
import { expel, expelling } from '../../../src/log/changes/expel.ts';
import { join, joining } from '../../../src/log/changes/join.ts';
import { leave, leaving } from '../../../src/log/changes/leave.ts';
import { type Moderation, moderate } from '../../../src/log/changes/moderate.ts';
import { react } from '../../../src/log/changes/react.ts';
import { type Draft, send } from '../../../src/log/changes/send.ts';
import { freshDatabase } from '../../support/database.ts';
import { isGroup } from '../../support/recorded-groups.ts';
import { eventText } from '../../support/stored-room.ts';
import { startWriterNode, type WriterNode } from '../../support/writer-nodes.ts';
import { insertPeople, insertRoom } from '../../support/writer-rooms.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let sql: pg.Client;
/** An owner, a moderator, two members, and somebody who is none. */
let [owner, moderator, ada, grace, stranger]: string[] = [];
let crowd: string[];
let roomId: string;
let node: WriterNode;
/** How many groups the node has written. */
let groups = 0;

beforeAll(async () => {
  database = await freshDatabase();
  sql = new pg.Client({ connectionString: database.url });
  await sql.connect();
  [owner, moderator, ada, grace, stranger, ...crowd] = await insertPeople(sql, 1005);
});
afterAll(async () => {
  await sql.end();
  await database.drop();
});
beforeEach(async () => {
  const staff = [
    { userId: owner!, role: 'OWNER', joinedAt: new Date('2026-01-01') },
    { userId: moderator!, role: 'MODERATOR', joinedAt: new Date('2026-01-02') },
  ];
  const others = [ada!, grace!].map((userId, at) => ({ userId, joinedAt: new Date(`2026-02-0${at + 1}`) }));
  roomId = await insertRoom(sql, { kind: 'CHANNEL', members: [...staff, ...others] });
  groups = 0;
  node = startWriterNode(database.url, {
    through: (transaction) => (statements) => {
      if (isGroup(statements)) groups += 1;
      return transaction(statements);
    },
  });
});
afterEach(() => node.close());

function draft(actorId: string | undefined, fields: Partial<Draft> = {}): Draft {
  const id = newId();
  return { id, roomId, actorId: actorId!, text: 'Hello', clientMessageId: id, replyToId: null, ...fields };
}

function by(actorId: string | undefined): { roomId: string; actorId: string } {
  return { roomId, actorId: actorId! };
}

/** Writes a message before a test, and returns its id. */
async function sent(actorId: string | undefined): Promise<string> {
  const { message } = await node.writer.write(send, draft(actorId));
  groups = 0;
  node.published.length = 0;
  return message!.id;
}

function verdictsOf(outcomes: readonly { verdict: string }[]): string[] {
  return outcomes.map(({ verdict }) => verdict);
}

/** Types of the published events, in order. */
function eventTypes(): string[] {
  return node.published.toSorted((a, b) => a.eventNumber - b.eventNumber).map(({ type }) => type);
}

async function membersOfRoom(): Promise<Record<string, string>> {
  const { rows } = await sql.query(
    `SELECT "userId", "state" || ' ' || "role" AS is FROM "Membership" WHERE "roomId" = $1`,
    [roomId],
  );
  return Object.fromEntries(rows.map((row) => [row.userId, row.is]));
}

test('of two joins of one user, the second changes nothing and has the same membership', async () => {
  const [first, second] = await Promise.all([1, 2].map(() => node.writer.write(join, joining(by(stranger)))));

  expect([first?.verdict, second?.verdict]).toEqual(['WRITTEN', 'UNCHANGED']);
  expect(second?.membership?.id).toBe(first?.membership?.id);
  expect(eventTypes()).toEqual(['MEMBERSHIP_CHANGED', 'MESSAGE_ADDED']);
});

test('a join and a message of one user are one group: the join, its welcome, the message', async () => {
  const [joined, { message }] = await Promise.all([
    node.writer.write(join, joining(by(stranger))),
    node.writer.write(send, draft(stranger)),
  ]);

  expect(joined.membership?.stateEventNumber).toBe(1);
  expect([message?.eventNumber, message?.sequence, groups]).toEqual([3, 2, 1]);
});

test('messages to a public room by somebody who has not joined keep their order, and the first joins', async () => {
  const outcomes = await Promise.all([1, 2, 3, 4].map(() => node.writer.write(send, draft(stranger))));

  expect(outcomes.map(({ message }) => message?.sequence)).toEqual([2, 3, 4, 5]);
  expect(groups).toBe(2);
  expect(eventTypes()).toEqual(['MEMBERSHIP_CHANGED', ...Array.from({ length: 5 }, () => 'MESSAGE_ADDED')]);
});

test('somebody who sends to a public room and leaves at once has sent, and is no member', async () => {
  const outcomes = await Promise.all([
    node.writer.write(send, draft(stranger)),
    node.writer.write(leave, leaving(by(stranger))),
  ]);

  expect(verdictsOf(outcomes)).toEqual(['WRITTEN', 'WRITTEN']);
  expect((await membersOfRoom())[stranger!]).toBe('LEFT MEMBER');
});

test('a message that a former member of a private room sends again does not exist for them', async () => {
  roomId = await insertRoom(sql, { kind: 'GROUP', members: [{ userId: ada! }] });
  const first = draft(ada);
  await node.writer.write(send, first);
  await node.writer.write(leave, leaving(by(ada)));

  expect(await node.writer.write(send, { ...first, id: newId() })).toEqual({ verdict: 'NO_ROOM', message: null });
});

test('of an edit and a deletion, the edit comes first; the other way round, the message is gone', async () => {
  const [one, other] = [await sent(ada), await sent(ada)];

  const outcomes = await Promise.all([
    node.writer.write(edit, { ...by(ada), messageId: one, text: 'New' }),
    node.writer.write(deletion, { ...by(ada), messageId: one }),
    node.writer.write(deletion, { ...by(ada), messageId: other }),
    node.writer.write(edit, { ...by(ada), messageId: other, text: 'New' }),
  ]);

  expect(verdictsOf(outcomes)).toEqual(['WRITTEN', 'WRITTEN', 'WRITTEN', 'DELETED']);
});

test('of two deletions by different users, one is an event', async () => {
  const messageId = await sent(ada);

  const outcomes = await Promise.all([
    node.writer.write(deletion, { ...by(ada), messageId }),
    node.writer.write(deletion, { ...by(moderator), messageId }),
  ]);

  expect(verdictsOf(outcomes)).toEqual(['WRITTEN', 'UNCHANGED']);
  expect(outcomes[1]?.message).toEqual(outcomes[0]?.message);
  expect([eventTypes(), groups]).toEqual([['MESSAGE_DELETED'], 1]);
});

test('a reaction that is added and removed at once is removed, with an event for each', async () => {
  const messageId = await sent(ada);
  const reaction = { ...by(grace), messageId, emoji: '👍' };

  const outcomes = await Promise.all([
    node.writer.write(react, { ...reaction, isAdded: true }),
    node.writer.write(react, { ...reaction, isAdded: false }),
  ]);

  expect(verdictsOf(outcomes)).toEqual(['WRITTEN', 'WRITTEN']);
  expect(eventTypes()).toEqual(['REACTIONS_CHANGED', 'REACTIONS_CHANGED']);
  expect((await sql.query('SELECT FROM "Reaction" WHERE "messageId" = $1', [messageId])).rowCount).toBe(0);
});

test('a thousand reactions to one message are one event for each group, of nobody in particular', async () => {
  const messageId = await sent(ada);
  await Promise.all(crowd.map((userId) => node.writer.write(join, joining(by(userId)))));
  groups = 0;
  node.published.length = 0;

  await Promise.all(
    crowd.map((userId) => node.writer.write(react, { ...by(userId), messageId, emoji: '👍', isAdded: true })),
  );

  expect(groups).toBeLessThan(50);
  expect(node.published.map(({ type, actorId }) => [type, actorId])).toEqual(
    Array.from({ length: groups }, () => ['REACTIONS_CHANGED', null]),
  );
});

test('of several new emojis at once, those are refused that are too many, and only those', async () => {
  const messageId = await sent(ada);
  const emojis = Array.from({ length: limits.emojisPerMessage + 3 }, (_, at) => String.fromCodePoint(0x1f600 + at));
  const add = (emoji: string, at: number) =>
    node.writer.write(react, { ...by(crowd[at % 4]), messageId, emoji, isAdded: true });
  for (const userId of crowd.slice(0, 4)) await node.writer.write(join, joining(by(userId)));
  await Promise.all(emojis.slice(0, limits.emojisPerMessage - 2).map(add));

  const outcomes = await Promise.all(
    emojis.slice(-5).map((emoji, at) =>
      node.writer.write(react, {
        ...by([owner, moderator, ada, grace, crowd[0]][at]),
        messageId,
        emoji,
        isAdded: true,
      }),
    ),
  );
  const known = await node.writer.write(react, { ...by(crowd[3]), messageId, emoji: emojis.at(-5)!, isAdded: true });

  expect(verdictsOf([...outcomes, known])).toEqual(['WRITTEN', 'WRITTEN', 'FULL', 'FULL', 'FULL', 'WRITTEN']);
});

test('a ban stops a message of the banned user that was asked for before', async () => {
  const outcomes = await Promise.all([
    node.writer.write(send, draft(ada)),
    node.writer.write(expel, expelling(by(moderator), { userId: ada!, state: 'BANNED' })),
  ]);

  expect(verdictsOf(outcomes)).toEqual(['BANNED', 'WRITTEN']);
  expect(groups).toBe(1);
});

test("a moderator's own message and ban keep their order", async () => {
  const [said, banned] = await Promise.all([
    node.writer.write(send, draft(moderator)),
    node.writer.write(expel, expelling(by(moderator), { userId: ada!, state: 'BANNED' })),
  ]);

  expect([said.message?.eventNumber, banned.membership?.stateEventNumber]).toEqual([1, 2]);
});

test('if an administrator removes the owner while the next in line leaves, that one inherits, in an event of nobody, and stays', async () => {
  const admin = crowd.at(-1);
  await sql.query('UPDATE "User" SET "isAdmin" = true WHERE "id" = $1', [admin]);
  const removal = expelling(by(admin), { userId: owner!, state: 'REMOVED' });

  const [, left] = await Promise.all([
    node.writer.write(expel, removal),
    node.writer.write(leave, leaving(by(moderator))),
  ]);

  expect([groups, left.verdict]).toEqual([1, 'LAST_OWNER']);
  expect(await membersOfRoom()).toMatchObject({ [owner!]: 'REMOVED MEMBER', [moderator!]: 'JOINED OWNER' });
  expect(node.published.map(eventText)).toContain(`3 MEMBERSHIP_CHANGED null ${moderator} JOINED OWNER`);
});

const act = (actorId: string | undefined, userId: string | undefined, more: Partial<Moderation>) =>
  node.writer.write(moderate, { ...by(actorId), userId: userId!, action: 'MUTE', until: noEnd, ...more });

test('a mute stops a message of the muted user that was asked for before, and leaves others alone', async () => {
  const outcomes = await Promise.all([
    node.writer.write(send, draft(ada)),
    node.writer.write(send, draft(grace)),
    act(moderator, ada, {}),
  ]);

  expect(verdictsOf(outcomes)).toEqual(['MUTED', 'WRITTEN', 'WRITTEN']);
  expect(groups).toBe(1);
});

test('two owners who give up the role at once do not leave the room without an owner', async () => {
  await act(owner, grace, { action: 'SET_ROLE', role: 'OWNER' });

  const outcomes = await Promise.all([
    act(owner, owner, { action: 'SET_ROLE', role: 'MEMBER' }),
    act(grace, grace, { action: 'SET_ROLE', role: 'MEMBER' }),
  ]);

  expect(verdictsOf(outcomes).sort()).toEqual(['LAST_OWNER', 'WRITTEN']);
});

test('a moderator who loses the role mutes nobody after that', async () => {
  const outcomes = await Promise.all([
    act(owner, moderator, { action: 'SET_ROLE', role: 'MEMBER' }),
    act(moderator, ada, {}),
  ]);

  expect(verdictsOf(outcomes)[0]).toBe('WRITTEN');
  // Either comes first if the database is slow; a mute that comes second is refused, and has no event.
  expect(node.published.map(eventText).at(-1)).toContain(`${moderator} JOINED MEMBER`);
});

test('mutes that run out together are one group, and those of one user are one event by nobody', async () => {
  await act(owner, ada, { until: new Date() });
  await act(owner, grace, { until: new Date() });
  groups = 0;

  const ended = await Promise.all(
    [ada, grace, ada].map((userId) => act(userId, userId, { action: 'RUN_OUT', until: undefined })),
  );

  expect(verdictsOf(ended)).toEqual(['WRITTEN', 'WRITTEN', 'UNCHANGED']);
  expect(groups).toBe(2);
  expect(node.published.map(({ actorId }) => actorId)).toEqual([owner, owner, null, null]);
});

test('in slow mode, the first of several messages of an author is written, also of one who joins by it', async () => {
  await sql.query('UPDATE "Room" SET "slowModeSeconds" = 60 WHERE "id" = $1', [roomId]);
  const authors = [ada, stranger, ada, stranger, moderator, moderator];

  const outcomes = await Promise.all(authors.map((author) => node.writer.write(send, draft(author))));

  expect(verdictsOf(outcomes)).toEqual(['WRITTEN', 'WRITTEN', 'SLOW_MODE', 'SLOW_MODE', 'WRITTEN', 'WRITTEN']);
  expect(outcomes[2]).toMatchObject({ waitMs: 60_000 });
});

test('slow mode counts from a message before it, also for an author who has left since', async () => {
  await node.writer.write(send, draft(ada));
  await node.writer.write(leave, leaving(by(ada)));
  await sql.query('UPDATE "Room" SET "slowModeSeconds" = 3600 WHERE "id" = $1', [roomId]);

  const [early, other] = await Promise.all([ada, grace].map((author) => node.writer.write(send, draft(author))));

  expect(early).toMatchObject({ verdict: 'SLOW_MODE', waitMs: expect.any(Number) });
  expect(early?.verdict === 'SLOW_MODE' && early.waitMs).toBeGreaterThan(3_000_000);
  expect(other).toMatchObject({ verdict: 'WRITTEN' });
});

test('if two owners leave at once, the second one stays with the others', async () => {
  await sql.query(`UPDATE "Membership" SET "role" = 'OWNER' WHERE "roomId" = $1 AND "userId" = $2`, [roomId, ada]);

  const leavings = [owner, ada, grace].map((userId) => node.writer.write(leave, leaving(by(userId))));

  expect((await Promise.all(leavings)).map(({ verdict }) => verdict)).toEqual(['WRITTEN', 'LAST_OWNER', 'WRITTEN']);
  expect(groups).toBe(1);
});

test('if all leave at once, the owner stays', async () => {
  await Promise.all([owner, moderator, ada, grace].map((userId) => node.writer.write(leave, leaving(by(userId)))));

  expect(Object.values(await membersOfRoom()).toSorted()).toEqual(['JOINED OWNER', ...Array(3).fill('LEFT MEMBER')]);
});

test.each([
  [199, 1],
  [200, 0],
  [201, 0],
])('in a room of %d members, a join has %d welcomes', async (size, welcomes) => {
  roomId = await insertRoom(sql, { kind: 'STREAM', members: crowd.slice(0, size).map((userId) => ({ userId })) });

  await node.writer.write(join, joining(by(stranger)));

  expect(eventTypes()).toEqual(['MEMBERSHIP_CHANGED', ...Array.from({ length: welcomes }, () => 'MESSAGE_ADDED')]);
});

test.each([
  [199, 1],
  [200, 1],
  [201, 0],
])('in a room of %d members, leaving has %d messages', async (size, messages) => {
  roomId = await insertRoom(sql, { kind: 'STREAM', members: crowd.slice(0, size).map((userId) => ({ userId })) });

  await node.writer.write(leave, leaving(by(crowd[7])));

  expect(eventTypes()).toEqual(['MEMBERSHIP_CHANGED', ...Array.from({ length: messages }, () => 'MESSAGE_ADDED')]);
});

test('of a crowd that joins and leaves at once, those are announced who fit into the small room', async () => {
  roomId = await insertRoom(sql, { kind: 'STREAM', members: crowd.slice(0, 198).map((userId) => ({ userId })) });

  await Promise.all(crowd.slice(198, 203).map((userId) => node.writer.write(join, joining(by(userId)))));
  await Promise.all(crowd.slice(0, 5).map((userId) => node.writer.write(leave, leaving(by(userId)))));

  const announced = eventTypes().filter((type) => type === 'MESSAGE_ADDED');
  expect(announced).toHaveLength(2 + 2);
  expect(eventTypes().slice(0, 5)).toEqual([
    ...['MEMBERSHIP_CHANGED', 'MESSAGE_ADDED', 'MEMBERSHIP_CHANGED', 'MESSAGE_ADDED', 'MEMBERSHIP_CHANGED'],
  ]);
});
