import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import pg from 'pg';
import { innerId } from '../../src/base/ids.ts';
import {
  MarkReadDocument,
  ViewerDocument,
  ViewerEventsDocument,
  type ViewerEventsSubscription,
} from '../generated/graphql.ts';
import { Listener } from '../support/listener.ts';
import { edit, react, remove } from '../support/messages.ts';
import type { Person } from '../support/person.ts';
import { add, done, join, leave, makeChannel, makeGroup, makeRoom, say } from '../support/rooms.ts';
import { startServer } from '../support/server.ts';
import { storeMembers } from '../support/stored-members.ts';
import { storeMessages } from '../support/stored-messages.ts';
import { withServer } from '../support/with-server.ts';

const { server, ada, grace, hedy } = await withServer('Ada', 'Grace', 'Hedy');

let busyRoom: string;
beforeAll(async () => {
  for (let n = 0; n < 30; n += 10) await Promise.all(upTo(10).map((more) => makeStream(n + more)));
  busyRoom = await makeStream(31);
  const newcomers = await Promise.all(upTo(25).map((n) => server.signIn(`Newcomer ${n}`)));
  await add(grace, busyRoom, newcomers);
  const { id } = await say(grace, busyRoom, 'Any questions?');
  const replyTo = (n: number) => (n % 4 === 0 ? {} : { replyToId: id });
  const said = await Promise.all(
    upTo(25).map((n) => say([ada, grace, hedy][n % 3]!, busyRoom, `Message ${n}`, replyTo(n))),
  );
  await Promise.all(said.map((message, n) => react([ada, grace, hedy][n % 3]!, message.id, '👍')));
});

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

/** A stream with members, a question and an answer. */
async function makeStream(n: number): Promise<string> {
  const roomId = await makeRoom(grace, { kind: 'STREAM', name: `Stream ${n}` }, n % 2 === 0 ? [ada, hedy] : [ada]);
  const question = await say(grace, roomId, 'Everybody here?');
  await say(ada, roomId, 'Yes', { replyToId: question.id });
  await say(grace, roomId, 'Then let us begin');
  return roomId;
}

/** Two fields that load the same kind of row may or may not share a batch. One statement for each row would be more. */
const byChance = 6;

/** Statements that the server executes from time to time, without a request. */
const periodic = /SET "lastActiveAt"|SELECT "roomId", "epoch"/;

/** Returns how many SQL statements an answer to Ada takes, and the answer. */
async function cost(query: string, variables: object): Promise<{ statements: number; answer: string }> {
  server.statements.length = 0;
  const { data, errors } = await ada.tryAsk(query, variables);
  expect(errors).toBeUndefined();
  const statements = server.statements.filter((sql) => !periodic.test(sql)).length;
  return { statements, answer: JSON.stringify(data) };
}

const message = `id text author { id displayName } replyTo { id text author { displayName } }
  systemEvent { subject { displayName } } reactionGroups { emoji count viewerHasReacted }`;
const room = `id name memberCount createdBy { displayName } viewerMembership { role user { displayName } }
  latestMessage { ${message} room { name } }
  members(first: 5) { totalCount { value } nodes { role user { displayName } room { name } } }
  messages(last: 3) { nodes { ${message} } }`;

test.each([
  [
    'the directory',
    `query ($n: Int!) { rooms(first: $n, kinds: [STREAM]) { nodes { ${room} } } }`,
    { few: 3, many: 30 },
  ],
  [
    "one's own rooms",
    `query ($n: Int!) { viewer { memberships(first: $n) { nodes { role room { ${room} } } } } }`,
    { few: 3, many: 20 },
  ],
  [
    'the inbox',
    `query ($n: Int!) { viewer { memberships(first: $n, orderBy: ACTIVITY, filter: { query: "stream" }) {
      totalCount { value } nodes { role room { ${room} } } } } }`,
    { few: 3, many: 20 },
  ],
  [
    'what is unread',
    `query ($n: Int!) { viewer { unread { rooms { value } messages { value } } memberships(first: $n) { nodes {
      notificationLevel readState { lastReadSequence unreadCount { value } firstUnreadMessage { ${message} } } } } } }`,
    { few: 3, many: 30 },
  ],
  [
    'history',
    `query ($n: Int!, $room: ID!) { room(id: $room) { messages(last: $n) { nodes { ${message} room { name } } } } }`,
    { few: 8, many: 50 },
  ],
  [
    'members',
    `query ($n: Int!, $room: ID!) { room(id: $room) { members(first: $n) { nodes { user { displayName } room { name } } } } }`,
    { few: 3, many: 25 },
  ],
  ['users', 'query ($n: Int!) { users(first: $n) { nodes { id displayName } } }', { few: 3, many: 25 }],
])('a long page of %s costs as many statements as a short one', async (_list, query, { few, many }) => {
  const short = await cost(query, { n: few, room: busyRoom });
  const long = await cost(query, { n: many, room: busyRoom });

  expect(long.answer.length).toBeGreaterThan(short.answer.length * 2); // else this proves nothing
  expect(long.statements).toBeLessThan(short.statements + byChance);
});

test('a page of the inbox with its rooms costs one statement, and its count another, with every filter', async () => {
  const page = (filter: string, selection: string) =>
    cost(`{ viewer { memberships(orderBy: ACTIVITY, filter: ${filter}) { ${selection} } } }`, {});
  const { statements: alone } = await cost('{ viewer { id } }', {});

  for (const filter of ['null', '{ unreadOnly: true }', '{ kinds: [STREAM], query: "stream", unreadOnly: true }']) {
    expect((await page(filter, 'nodes { id role }')).statements).toBe(alone + 1);
    expect((await page(filter, 'totalCount { value } nodes { id role }')).statements).toBe(alone + 2);
    expect((await page(filter, 'nodes { id room { name viewerMembership { role } } }')).statements).toBe(alone + 1);
  }
});

test('many nodes cost as many statements as one of each kind', async () => {
  const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename ... on Room { ${room} } ... on Message { ${message} } } }`;
  const { data } = await ada.tryAsk<NodeIds, object>(`{ rooms(kinds: [STREAM], first: 20) { nodes { id } }
    room(id: "${busyRoom}") { messages(last: 30) { nodes { id } } } }`);
  const rooms = data.rooms.nodes.map(({ id }) => id);
  const messages = data.room.messages.nodes.map(({ id }) => id);

  const few = await cost(query, { ids: [rooms[0], messages[0]] });
  const many = await cost(query, { ids: [...rooms, ...messages] });

  expect(many.answer.length).toBeGreaterThan(few.answer.length * 5);
  expect(many.statements).toBeLessThan(few.statements + byChance);
});
interface NodeIds {
  rooms: { nodes: { id: string }[] };
  room: { messages: { nodes: { id: string }[] } };
}

test('sending costs the same in a long room as in a new one', async () => {
  const send = 'mutation ($room: ID!) { sendMessage(input: { roomId: $room, text: "Hi" }) { message { id } } }';
  const fresh = await makeRoom(ada, { kind: 'GROUP', name: 'Fresh' });

  const inFresh = await cost(send, { room: fresh });
  const inBusy = await cost(send, { room: busyRoom });

  expect(inBusy.statements).toBe(inFresh.statements);
});

// One finds the session, three find the message, one locks the room, one commits, and six are in between.
test.each([
  ['editMessage', ', text: "Edited"'],
  ['deleteMessage', ''],
  ['addReaction', ', emoji: "🎉"'],
  ['removeReaction', ', emoji: "👍"'],
])('%s costs twelve statements at most', async (name, more) => {
  const { id } = await say(ada, busyRoom, 'To be changed');
  await react(ada, id, '👍');

  const change = `mutation ($id: ID!) { ${name}(input: { messageId: $id${more} }) { userErrors { code } message { id } } }`;
  const { statements, answer } = await cost(change, { id });

  expect(answer).toContain('"userErrors":[]');
  expect(statements).toBeLessThanOrEqual(12);
});

test('a message costs the same in a room of 10,000 members as in one of three', async () => {
  const { lise, mary, joan } = await server.people('Lise', 'Mary', 'Joan');
  const [small, large] = [await makeGroup(lise, 'Small', [mary, joan]), await makeGroup(lise, 'Large', [mary, joan])];
  await storeMembers(server, large, 10_000);
  const devices = [mary, joan].map((person) => Listener.of(person, ViewerEventsDocument, {}));
  await Promise.all(devices.map((device) => device.heard(() => true)));
  /** Statements from sending a message until all devices have been notified of it. */
  const statementsOf = async (roomId: string, text: string) => {
    server.statements.length = 0;
    await say(lise, roomId, text);
    await Promise.all(devices.map((device) => device.heard(isNotificationOf(text))));
    return server.statements.filter((sql) => !/"epoch"|"revokedAt"|"lastActiveAt"/.test(sql));
  };

  // The first message of each room loads what the server keeps of it.
  for (const roomId of [small, large]) await statementsOf(roomId, `Hello ${roomId}`);
  const inSmall = await statementsOf(small, 'To three');
  const inLarge = await statementsOf(large, 'To ten thousand');

  expect(inLarge.length).toBe(inSmall.length);
  // The group notes its id, and then writes everything about the message.
  const writes = inLarge.filter((sql) => /^\s*(INSERT|UPDATE|DELETE|WITH)/.test(sql));
  expect(writes.map((sql) => /UPDATE "WriterLane"|INSERT INTO "Message"/.exec(sql)?.[0])).toEqual([
    'UPDATE "WriterLane"',
    'INSERT INTO "Message"',
  ]);
  await Promise.all(devices.map((device) => device.hangUp()));
});

const isNotificationOf =
  (text: string) =>
  ({ viewerEvents: event }: ViewerEventsSubscription) =>
    event.__typename === 'NotificationAdded' && event.notification.message.text === text;

describe('pending notifications', () => {
  /** The longest text in a result: JSON writes six characters for each of its characters. */
  const longest = `a${'\u0001'.repeat(3998)}b`;

  let edith: Person;
  let rosa: Person;
  let sophie: Person;
  /** A hundred of the longest messages are pending for each of them. */
  beforeAll(async () => {
    ({ edith, rosa, sophie } = await server.people('Edith', 'Rosa', 'Sophie'));
    const roomId = await makeGroup(ada, 'Archive', [edith, rosa, sophie]);
    await storeMessages(server, roomId, { author: ada, count: 100, text: longest });
  });

  /** Returns the first results of so many subscriptions of a user, which begin together. */
  async function firstOf(person: Person, count: number, selection: string): Promise<object[]> {
    const document = parse(`subscription { viewerEvents { ${selection} } }`);
    const devices = Array.from({ length: count }, () => person.follow(document, {}));
    const results = await Promise.all(devices.map((device) => device.next()));
    await Promise.all(devices.map(async (device) => device.return?.()));
    return results.map(({ value }) => value.data as object);
  }

  /** Statements that read texts of messages. */
  const textsRead = () => server.statements.filter((sql) => sql.includes('to_jsonb(author)')).length;

  interface Pending {
    pendingNotifications: { message: { sequence: number; text: string } }[];
  }

  const snapshotsRead = () => server.statements.filter((sql) => sql.includes('octet_length')).length;

  test('begin two hundred subscriptions of one user at once, without reading texts that none selects', async () => {
    server.statements.length = 0;
    const results = await firstOf(edith, 200, '__typename');

    expect(results).toEqual(Array(200).fill({ viewerEvents: { __typename: 'ViewerSnapshot' } }));
    expect(textsRead()).toBe(0);
    expect(server.statements.filter((sql) => sql.includes('WITH ORDINALITY')).length).toBeLessThan(100);
  });

  test('are read once for all devices of a user', async () => {
    const { snapshotOf } = server.app.services.notifications;
    server.statements.length = 0;
    const [first, ...others] = await Promise.all(
      Array.from({ length: 20 }, () => snapshotOf(innerId('User', sophie.id))),
    );
    const messages = await Promise.all([first!, ...others].map((snapshot) => snapshot.messages()));

    expect(snapshotsRead()).toBe(1);
    expect(textsRead()).toBe(1);
    expect(new Set(messages).size).toBe(1);
    expect(messages[0]).toHaveLength(100);
    expect(messages[0]?.[0]).toMatchObject({
      text: longest,
      author: { displayName: 'Ada', createdAt: expect.any(Date) },
    });
  });

  test('are returned in order', async () => {
    const selection =
      '... on ViewerSnapshot { pendingCount { value } pendingNotifications { message { sequence text } } }';
    const results = await Promise.all([edith, rosa].map((person) => firstOf(person, 1, selection)));

    for (const [result] of results) {
      const { viewerEvents } = result as { viewerEvents: Pending };
      const shown = viewerEvents.pendingNotifications.map(({ message }) => message);
      expect(shown.map(({ sequence }) => sequence)).toEqual(
        Array.from({ length: 100 }, (_, index) => shown[0]!.sequence + index),
      );
      expect(shown.every(({ text }) => text === longest)).toBe(true);
      expect(viewerEvents).toMatchObject({ pendingCount: { value: 100 } });
    }
  });

  test('that are shown later contain nothing that was deleted meanwhile, or changed after the reader left', async () => {
    const { edsger, barbara } = await server.people('Edsger', 'Barbara');
    const place = await makeGroup(ada, 'Hall', [edsger, barbara]);
    const [deleted, edited] = [await say(ada, place, 'Wrong room'), await say(ada, place, 'Dinner at eight')];
    const { snapshotOf } = server.app.services.notifications;
    const [ofEdsger, ofBarbara] = await Promise.all(
      [edsger, barbara].map((person) => snapshotOf(innerId('User', person.id))),
    );

    done(await leave(edsger, place));
    done(await remove(ada, deleted.id));
    done(await edit(ada, edited.id, 'Dinner at nine'));

    expect(await ofEdsger?.messages()).toEqual([]);
    expect((await ofBarbara?.messages())?.map(({ text }) => text)).toEqual(['Dinner at nine']);
  });
});

test.each([4, 10])(
  'a node opens at most %i database connections and serves all users',
  async (databasePool) => {
    const server = await startServer({ databasePool });
    const sql = new pg.Client(server.databaseUrl);
    sql.on('error', () => {}); // if the test fails, it is still open when PostgreSQL stops
    await sql.connect();
    const count = `SELECT count(*)::int AS count FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`;
    const crowd = await Promise.all(Array.from({ length: 12 }, (_, index) => server.signIn(`Fan ${index}`)));
    const rooms = await Promise.all(crowd.slice(0, 3).map((owner) => makeChannel(owner, owner.name)));

    let isDone = false;
    let most = 0;
    const chat = Promise.all(
      crowd.map(async (fan) => {
        for (const roomId of rooms) {
          await join(fan, roomId);
          const [{ sequence }] = await Promise.all([say(fan, roomId, 'Hi'), fan.ask(ViewerDocument)]);
          await fan.ask(MarkReadDocument, { input: { roomId, upToSequence: sequence } });
        }
      }),
    ).finally(() => {
      isDone = true;
    });
    while (!isDone) {
      most = Math.max(most, (await sql.query(count)).rows[0].count);
      await pause(5); // leaves some of the machine to the node
    }
    await chat;

    expect(most).toBeGreaterThan(databasePool / 2);
    expect(most).toBeLessThanOrEqual(databasePool);
    await sql.end();
    await server.close();
  },
  60_000,
);
