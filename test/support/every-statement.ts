import { parse } from 'graphql';
import pg from 'pg';
import { innerId } from '../../src/base/ids.ts';
import { schema } from '../../src/schema.ts';
import type { Statement } from '../../src/storage/transaction-query.ts';
import {
  HistoryDocument,
  MarkReadDocument,
  PresenceChangedDocument,
  ReadStateChangedDocument,
  RoomStateDocument,
} from '../generated/graphql.ts';
import { Backend } from './backend.ts';
import { followEverything } from './every-event.ts';
import { everyFieldOf } from './every-field.ts';
import { hostToken } from './host-token.ts';
import { react } from './messages.ts';
import { ban, expelMember, mute, unban, unmute } from './moderating.ts';
import { ask, type Person, take } from './person.ts';
import { done, join, makeChannel, say } from './rooms.ts';
import { startServer, type TestServer } from './server.ts';
import { RawSocket } from './socket.ts';
import { until } from './until.ts';
import { visit } from './whole-visit.ts';

/** Lets a server on a large database do everything that it can. Returns the prepared statements that it executed. */
export async function everyStatement(databaseUrl: string): Promise<Statement[]> {
  const prepared: Statement[] = [];
  const onStatement = (_sql: string, statement?: Statement) => statement && prepared.push(statement);
  const server = await startServer({ databaseUrl, sessionCheckMs: 200, onStatement });
  try {
    await visit(server.url);
    const { ada, grace } = await server.people('Ada', 'Grace');
    const hall = await makeChannel(ada, 'Hall', [grace]);
    await fill(server, { hall, ada });
    for (const page of ['first: 20', 'last: 20']) await readEverything(ada, hall, page);
    await followHall(ada, grace, hall);
    await reactToOldMessage(ada, hall);
    await comeBack(grace);
    await moderateHall(ada, grace, hall);
    await sendToLockedRoom(server, ada, hall);
    await connectAs(ada, 'another device');
    await signInFromOutside(server.url);
    await signInWithKey(server);
    await fetch(new URL('/readyz', server.url));
    await until(() => prepared.some(({ name }) => name === 'changed sessions'));
  } finally {
    await server.close();
  }
  return prepared;
}

/** Fills the hall with 2000 members and 5000 messages, and creates 400 other rooms with 10,000 messages. Ada is in all. */
async function fill({ databaseUrl }: TestServer, { hall, ada }: { hall: string; ada: Person }): Promise<void> {
  await withClient(databaseUrl, async (sql) => {
    await sql.query(`
      CREATE TEMPORARY TABLE talk AS SELECT '${innerId('Room', hall)}'::uuid AS room, 2000 AS members, 5000 AS messages;
      WITH made AS (
        INSERT INTO "Room" ("id", "kind", "slowModeSeconds", "name", "slug")
        SELECT gen_random_uuid(), (CASE WHEN n % 2 = 0 THEN 'CHANNEL' ELSE 'GROUP' END)::"RoomKind", 60, 'Room ' || n,
          CASE WHEN n % 2 = 0 THEN 'room-' || n END
        FROM generate_series(1, 400) n RETURNING "id"
      ), heads AS (INSERT INTO "RoomHead" ("roomId") SELECT "id" FROM made)
      INSERT INTO talk SELECT "id", 5, 25 FROM made;
      WITH made AS (
        INSERT INTO "User" ("id", "username", "displayName")
        SELECT gen_random_uuid(), 'user-' || n, 'User ' || n FROM generate_series(1, 2000) n RETURNING "id"
      ), numbered AS (SELECT "id", row_number() OVER () AS n FROM made)
      INSERT INTO "Membership" ("id", "roomId", "userId", "stateEventNumber")
      SELECT gen_random_uuid(), room, "id", 1 FROM talk JOIN numbered ON n <= members;
      INSERT INTO "Message" ("id", "roomId", "sequence", "eventNumber", "authorId", "text", "clientMessageId")
      SELECT gen_random_uuid(), room, 100 + n, 100 + n, author, 'Hello', n::text
      FROM talk JOIN LATERAL generate_series(1, messages) n ON true
      JOIN LATERAL (SELECT "userId" AS author FROM "Membership" WHERE "roomId" = room AND n > 0 LIMIT 1 OFFSET 3) written ON true;
      INSERT INTO "Reaction" ("roomId", "messageId", "emoji", "userId")
      SELECT "roomId", "id", ':ok:', "authorId" FROM "Message" WHERE "authorId" IS NOT NULL;
      UPDATE "RoomHead" SET "lastSequence" = 100 + messages, "lastEventNumber" = 100 + messages, "lastEventAt" = now()
      FROM talk WHERE room = "roomId"`);
    await sql.query(
      `INSERT INTO "Membership" ("id", "roomId", "userId", "stateEventNumber")
       SELECT gen_random_uuid(), "id", $1, 1 FROM "Room" ON CONFLICT DO NOTHING`,
      [innerId('User', ada.id)],
    );
    await sql.query(
      `INSERT INTO "Session" ("id", "userId") SELECT gen_random_uuid(), "id" FROM "User", generate_series(1, 2)`,
    );
    await sql.query(`UPDATE "Session" SET "lastSeenAt" = now() - interval '2 minutes'`);
    await sql.query('ANALYZE');
  });
}

async function withClient(url: string, work: (sql: pg.Client) => Promise<void>): Promise<void> {
  const sql = new pg.Client({ connectionString: url });
  await sql.connect();
  await work(sql).finally(() => sql.end());
}

const fieldsOf = (type: string, but: string[] = []) =>
  everyFieldOf(schema, type, { but: ['syncCursor', 'lastEventNumber', 'presence', ...but], levels: 3 });

/** Reads a page of every list, with everything that pages have. */
async function readEverything(person: Person, room: string, page: string): Promise<void> {
  const memberships = `{ totalCount { value } nodes { ${fieldsOf('RoomMembership')} } }`;
  const listed = `{ nodes { ${fieldsOf('Room', ['members', 'messages'])} } }`;
  for (const selection of [
    `viewer { blockedUsers(first: 5) { nodes { id } } }`,
    `viewer { unread { rooms { value } } notifications(first: 5) { nodes { id } } }`,
    `viewer { memberships(${page}) ${memberships} }`,
    `viewer { memberships(${page}, orderBy: ACTIVITY) ${memberships} }`,
    `viewer { memberships(${page}, filter: { query: "room", unreadOnly: true, kinds: [GROUP] }) ${memberships} }`,
    `room(id: "${room}") { messages(${page}) { nodes { ${fieldsOf('Message')} } } }`,
    `room(id: "${room}") { messages(${page}) { nodes { id sequence } } latestMessage { id } }`,
    `viewer { memberships(${page}) { nodes { room { latestMessage { id } } } } }`,
    `room(id: "${room}") { members(${page}) { nodes { ${fieldsOf('RoomMembership')} } } }`,
    `room(id: "${room}") { members(${page}, query: "user", roles: [MEMBER], states: [JOINED, BANNED]) ${memberships} }`,
    `rooms(${page}) ${listed}`,
    `users(first: 20) { nodes { id } }`,
  ]) {
    const { errors } = await person.tryAsk(`{ ${selection} }`);
    expectNone(errors);
  }
  const { data } = await person.tryAsk<{ rooms: { edges: { cursor: string }[] } }, object>(
    '{ rooms(first: 50) { edges { cursor } } }',
  );
  const { errors } = await person.tryAsk(`{ rooms(${page}, before: "${data.rooms.edges.at(-1)?.cursor}") ${listed} }`);
  expectNone(errors);
}

function expectNone(errors: { message: string }[] | undefined): void {
  if (errors) throw new Error(errors.map(({ message }) => message).join('; '));
}

/** Lets a member follow the hall and their own events, while another one talks there and both read. */
async function followHall(reader: Person, author: Person, hall: string): Promise<void> {
  const { frames, cursor } = await followEverything(reader, { roomId: hall });
  const own = reader.follow(
    parse('subscription { viewerEvents { ... on ViewerSnapshot { pendingNotifications { message { text } } } } }'),
    {},
  );
  // In a room of so many members, it has no results.
  void reader.follow(ReadStateChangedDocument, { roomId: hall }).next();
  await take(own, 1);
  const { id, sequence } = await say(author, hall, 'Anybody here?');
  await react(reader, id, '👍');
  for (const person of [author, reader])
    await person.ask(MarkReadDocument, { input: { roomId: hall, upToSequence: sequence } });
  await until(() => frames.length > 1);
  await followEverything(author, { roomId: hall, after: cursor });
  await take(reader.follow(PresenceChangedDocument, { roomIds: [hall] }), 1);
}

/** Reacts to a message of which the server knows nothing yet, and reads it. */
async function reactToOldMessage(person: Person, roomId: string): Promise<void> {
  const { room } = await person.ask(HistoryDocument, { roomId, first: 20 });
  const { id } = room!.messages.edges.at(-1)!.node;
  done(await react(person, id, '👍'));
  for (const selection of [fieldsOf('Message'), 'id text']) {
    const { errors } = await person.tryAsk(`{ node(id: "${id}") { ... on Message { ${selection} } } }`);
    expectNone(errors);
  }
}

/** Reads a room, and follows it from there after more has happened. */
async function comeBack(person: Person): Promise<void> {
  const roomId = await makeChannel(person, 'Quiet');
  const { room } = await person.ask(RoomStateDocument, { roomId });
  const { id } = await say(person, roomId, 'Nobody here');
  await react(person, id, '👍');
  await followEverything(person, { roomId, after: room!.syncCursor });
}

/** Removes, bans and mutes a member. Each of them is allowed to come back. */
async function moderateHall(owner: Person, user: Person, roomId: string): Promise<void> {
  for (const act of [mute, unmute, ban, unban]) done(await act(owner, { roomId, user }));
  await join(user, roomId);
  done(await expelMember(owner, { roomId, user }));
}

/** Sends a message to a room that another transaction has locked for a while. */
async function sendToLockedRoom(server: TestServer, author: Person, roomId: string): Promise<void> {
  await withClient(server.databaseUrl, async (sql) => {
    await sql.query('BEGIN');
    await sql.query('SELECT FROM "RoomHead" WHERE "roomId" = $1 FOR UPDATE', [innerId('Room', roomId)]);
    const sent = say(author, roomId, 'At last');
    await until(() => server.statements.some((text) => text.includes('SKIP LOCKED') && text.includes('"isFree"')));
    await sql.query('COMMIT');
    await sent;
  });
}

/** Connects with another name for the device, which is then stored in its session. */
async function connectAs(person: Person, deviceId: string): Promise<void> {
  const socket = await RawSocket.open(person.url, { token: person.token, deviceId });
  await socket.next();
  socket.close();
}

/** Signs users of the host in: a new one, and one whose token and profile are newer. */
async function signInFromOutside(url: string): Promise<void> {
  for (const name of ['Ada', 'Ada King']) {
    const token = await hostToken({ name, exp: Math.floor(Date.now() / 1000) + 300 + name.length });
    const { errors } = await ask(url, '{ viewer { id } }', {}, token);
    expectNone(errors);
  }
}

/** Makes a request with an API key, and signs a user in by it. */
async function signInWithKey(server: TestServer): Promise<void> {
  const backend = await Backend.of(server);
  await backend.tryAsk('{ viewer { id } }');
  done(await backend.signIn(backend.userId, { deviceId: 'phone' }));
}
