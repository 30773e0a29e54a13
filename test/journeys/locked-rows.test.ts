import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { innerId } from '../../src/base/ids.ts';
import { AddReactionDocument, JoinRoomDocument, LeaveRoomDocument, SendMessageDocument } from '../generated/graphql.ts';
import { Person, people } from '../support/person.ts';
import { done, makeGroup, makeRoom, say } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

let server: TestServer;
let sql: pg.Client;
let ada: Person;
let locked: string[];
let round = 0;
beforeAll(async () => {
  server = await startServer();
  ({ ada } = await people(server.url, 'Ada'));
});
afterAll(() => server.close());

/** Another transaction locks the heads of more rooms than there are connections for writes. */
beforeEach(async () => {
  round += 1;
  const names = Array.from({ length: 6 }, (_, index) => `Locked ${round} ${index}`);
  locked = await Promise.all(names.map((name) => makeRoom(ada, { kind: 'CHANNEL', name })));
  sql = new pg.Client(server.databaseUrl);
  await sql.connect();
  await sql.query('BEGIN');
});
afterEach(() => sql.end());

async function lockHeads(): Promise<void> {
  const ids = locked.map((id) => innerId('Room', id));
  await sql.query('SELECT FROM "RoomHead" WHERE "roomId" = ANY($1::uuid[]) FOR UPDATE', [ids]);
}

test('while rooms are locked, users can sign in, create rooms and send elsewhere; senders to these rooms are asked to retry', async () => {
  await lockHeads();
  const sends = locked.map((roomId) => ada.ask(SendMessageDocument, { input: { roomId, text: 'Anyone?' } }));

  const grace = await Person.signIn(server.url, 'Grace');
  const room = await makeGroup(grace, 'Free');
  expect(await say(grace, room, 'Here')).toMatchObject({ text: 'Here' });

  const errors = (await Promise.all(sends)).map(({ sendMessage }) => sendMessage.userErrors);
  expect(errors).toEqual(locked.map(() => [expect.objectContaining({ code: 'RATE_LIMITED' })]));
});

test('all changes of locked rooms are refused at the same time, and other rooms can be changed meanwhile', async () => {
  const [room = ''] = locked;
  const { id: messageId } = await say(ada, room, 'React to me');
  await lockHeads();
  const fans = await Promise.all(Array.from({ length: 12 }, (_, index) => Person.signIn(server.url, `Fan ${index}`)));
  const joins = fans.flatMap((fan) => locked.map((roomId) => fan.ask(JoinRoomDocument, { input: { roomId } })));
  const reaction = ada.ask(AddReactionDocument, { input: { messageId, emoji: '👍' } });

  await makeGroup(ada, 'Free');

  const codes = (await Promise.all(joins)).flatMap(({ joinRoom }) => joinRoom.userErrors.map(({ code }) => code));
  expect(codes).toEqual(joins.map(() => 'RATE_LIMITED'));
  expect((await reaction).addReaction.userErrors).toMatchObject([{ code: 'RATE_LIMITED' }]);
});

test('a membership that another transaction has locked does not keep other users from changing the room', async () => {
  const [room = ''] = locked;
  const grace = await Person.signIn(server.url, 'Grace');
  done((await grace.ask(JoinRoomDocument, { input: { roomId: room } })).joinRoom);
  const { id: messageId } = await say(ada, room, 'React to me');
  await sql.query('SELECT FROM "Membership" WHERE "userId" = $1 FOR UPDATE', [innerId('User', grace.id)]);

  const leaving = grace.ask(LeaveRoomDocument, { input: { roomId: room } });
  await until(isAnybodyWaiting);
  const { addReaction } = await ada.ask(AddReactionDocument, { input: { messageId, emoji: '👍' } });

  expect(addReaction.userErrors).toEqual([]);
  expect((await leaving).leaveRoom.userErrors).toMatchObject([{ code: 'RATE_LIMITED' }]);
});

test('a locked membership refuses nothing in other rooms, however long its user is retried', async () => {
  const [room = '', ...others] = locked;
  const grace = await Person.signIn(server.url, 'Grace');
  done((await grace.ask(JoinRoomDocument, { input: { roomId: room } })).joinRoom);
  await sql.query('SELECT FROM "Membership" WHERE "userId" = $1 FOR UPDATE', [innerId('User', grace.id)]);
  const leaving = grace.ask(LeaveRoomDocument, { input: { roomId: room } });
  let isOver = false;
  const talk = async (roomId: string) => {
    while (!isOver) await say(ada, roomId, 'Elsewhere');
  };
  const talks = Promise.all(others.map(talk));

  const refused = (await leaving).leaveRoom.userErrors;
  isOver = true;

  expect(refused).toMatchObject([{ code: 'RATE_LIMITED' }]);
  await talks; // throws if a message was refused
});

async function isAnybodyWaiting(): Promise<boolean> {
  const waiting = await server.app.services.prisma.$queryRaw<unknown[]>`
    SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  return waiting.length > 0;
}

test('a user who joins a room that is locked for a moment is a member once it is free', async () => {
  await lockHeads();
  const grace = await Person.signIn(server.url, 'Grace');

  const join = grace.ask(JoinRoomDocument, { input: { roomId: locked[0]! } });
  await makeGroup(ada, 'Free');
  await sql.query('ROLLBACK');

  expect((await join).joinRoom).toMatchObject({ userErrors: [], membership: { state: 'JOINED' } });
});
