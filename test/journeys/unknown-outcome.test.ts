import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { GraphQLObjectType } from 'graphql';
import { innerId } from '../../src/base/ids.ts';
import { schema } from '../../src/schema.ts';
import { NotDoneError } from '../../src/storage/failures.ts';
import { ViewerEventsDocument, type ViewerEventsSubscription } from '../generated/graphql.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { post } from '../support/http.ts';
import { Listener } from '../support/listener.ts';
import { ask, type Person, people } from '../support/person.ts';
import { TcpProxy } from '../support/proxy.ts';
import { makeRoom } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';

let database: TestDatabase;
let proxy: TcpProxy;
let server: TestServer;
let ada: Person;
let grace: Person;
let roomId: string;
let round = 0;
beforeAll(async () => {
  database = await freshDatabase();
  proxy = await TcpProxy.to(Number(new URL(database.url).port));
  const databaseUrl = Object.assign(new URL(database.url), { port: String(proxy.port) }).href;
  server = await startServer({ databaseUrl, expectsFaults: true });
  ({ ada, grace } = await people(server.url, 'Ada', 'Grace'));
});
beforeEach(async () => {
  round += 1;
  roomId = await makeRoom(ada, { kind: 'CHANNEL', name: `Doubt ${round}` });
});
afterAll(async () => {
  await server.close();
  await proxy.close();
  await database.drop();
});

async function joinErrors(): Promise<object[]> {
  const document = `mutation { joinRoom(input: { roomId: "${roomId}" }) { userErrors { __typename code message } } }`;
  const { data } = await ask<{ joinRoom: { userErrors: object[] } }, never>(
    server.url,
    document,
    undefined,
    grace.token,
  );
  return data.joinRoom.userErrors;
}

test.each([
  ['before the commit', 'FOR NO KEY UPDATE'],
  ['before the answer to the commit', 'INSERT INTO "Membership"'],
])('a change of a room whose connection is lost %s is made once, by another attempt if needed', async (_name, text) => {
  const joined = ({ viewerEvents: event }: ViewerEventsSubscription) =>
    event.__typename === 'MembershipChangedEvent' && event.roomId === roomId;
  const otherDevice = Listener.of(grace, ViewerEventsDocument, {});
  await otherDevice.heard(({ viewerEvents }) => viewerEvents.__typename === 'ViewerSnapshot');
  proxy.loseReplyTo(text);

  expect(await joinErrors()).toEqual([]);

  await otherDevice.heard(joined);
  await otherDevice.hangUp();
  await grace.close();

  expect(await eventsOf(grace)).toBe(1);
  expect(await isMember()).toBe(true);
});

test('a change whose connection is lost while it only reads was not made', async () => {
  proxy.loseReplyTo('FROM "public"."User"');
  const input = `{ roomId: "${roomId}", userIds: ["${grace.id}"] }`;

  const { data } = await ask<{ addMembers: { userErrors: object[] } }, never>(
    server.url,
    `mutation { addMembers(input: ${input}) { userErrors { __typename code } } }`,
    undefined,
    ada.token,
  );

  expect(data.addMembers.userErrors).toMatchObject([{ __typename: 'RateLimitedError', code: 'RATE_LIMITED' }]);
  expect(await isMember()).toBe(false);
});

test('a change of something else whose commit is not answered has an unknown outcome, and repeating it does no harm', async () => {
  await joinErrors();
  const level = () => {
    const document = `mutation { setNotificationLevel(input: { roomId: "${roomId}", level: NONE }) {
      membership { notificationLevel } userErrors { __typename code } } }`;
    return ask<{ setNotificationLevel: object }, never>(server.url, document, undefined, grace.token);
  };
  proxy.loseReplyTo('UPDATE "public"."Membership"');

  const { data } = await level();
  const again = await level();

  const unknown = { __typename: 'UnknownOutcomeError', code: 'UNKNOWN_OUTCOME' };
  expect(data.setNotificationLevel).toMatchObject({ userErrors: [unknown] });
  expect(again.data.setNotificationLevel).toEqual({ membership: { notificationLevel: 'NONE' }, userErrors: [] });
});

test('if a change was made but cannot be shown, the error does not ask for a retry', async () => {
  const { topic } = (schema.getType('Room') as GraphQLObjectType).getFields();
  const { resolve } = topic!;
  topic!.resolve = () => {
    throw new NotDoneError('There is no connection to the database');
  };
  const document = 'mutation { createRoom(input: { kind: GROUP, name: "Hidden" }) { room { topic } } }';

  const { body } = await post(server.url, { query: document }, { authorization: `Bearer ${ada.token}` });

  topic!.resolve = resolve;
  expect(body?.errors).toMatchObject([
    { path: ['createRoom', 'room', 'topic'], extensions: { code: 'INTERNAL', retryable: false } },
  ]);
  expect(await server.app.services.prisma.room.count({ where: { name: 'Hidden' } })).toBe(1);
});

test('acknowledging succeeds even if the unread messages cannot be counted afterwards', async () => {
  const { reading } = server.app.services;
  const { unreadOf } = reading;
  reading.unreadOf = () => Promise.reject(new NotDoneError('There is no connection to the database'));
  const query = `mutation {
    acknowledgeNotifications(input: { roomId: "${roomId}", upToSequence: 1 }) { unread { __typename } userErrors { code } }
  }`;

  const { body } = await post(server.url, { query }, { authorization: `Bearer ${ada.token}` });

  reading.unreadOf = unreadOf;
  expect(body?.data).toEqual({ acknowledgeNotifications: { unread: null, userErrors: [] } });
  expect(body?.errors).toMatchObject([{ extensions: { code: 'INTERNAL' } }]);
});

/** Returns how many events of the room are about a user. */
function eventsOf({ id }: Person): Promise<number> {
  const where = { userId: innerId('User', id), roomId: innerId('Room', roomId) };
  return server.app.services.prisma.roomEvent.count({ where });
}

async function isMember(): Promise<boolean> {
  const where = { userId: innerId('User', grace.id), roomId: innerId('Room', roomId) };
  return (await server.app.services.prisma.membership.count({ where })) > 0;
}
