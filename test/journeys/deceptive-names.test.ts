import { expect, test } from '@jest/globals';
import pg from 'pg';
import { innerId } from '../../src/base/ids.ts';
import {
  CreateRoomDocument,
  SetStatusDocument,
  SignInDocument,
  UpdateProfileDocument,
  UpdateRoomDocument,
  UpsertUserDocument,
} from '../generated/graphql.ts';
import { ban } from '../support/moderating.ts';
import { ask } from '../support/person.ts';
import { done, makeGroup } from '../support/rooms.ts';
import { withServer } from '../support/with-server.ts';

const { server, ada, grace } = await withServer('Ada', 'Grace');

/** Ada, backwards and forwards. */
const backwards = 'adA\u202e';
const refused = (field: string) => [
  { __typename: 'InvalidInputError', code: 'INVALID_INPUT', path: ['input', field], message: expect.any(String) },
];

test('nobody signs in with, or changes to, a name that contains a hidden character', async () => {
  const input = { displayName: backwards };
  const { createGuestSession } = (await ask(server.url, SignInDocument, { input })).data;
  const { updateProfile } = await ada.ask(UpdateProfileDocument, { input });

  expect(createGuestSession).toMatchObject({ user: null, userErrors: [{ code: 'INVALID_INPUT' }] });
  expect(updateProfile).toMatchObject({ user: null, userErrors: [{ code: 'INVALID_INPUT' }] });
});

test('nobody gives such a name to a room', async () => {
  const { createRoom } = await ada.ask(CreateRoomDocument, { input: { kind: 'GROUP', name: backwards } });
  const roomId = await makeGroup(ada, 'Mine');
  const { updateRoom } = await ada.ask(UpdateRoomDocument, { input: { roomId, name: 'Mi\u200bne' } });

  expect(createRoom).toMatchObject({ room: null, userErrors: refused('name') });
  expect(updateRoom).toMatchObject({ room: null, userErrors: refused('name') });
});

test('nobody writes a topic, a status or the reason of a ban that reorders the text around it', async () => {
  const roomId = await makeGroup(ada, 'Ours', [grace]);
  const { updateRoom } = await ada.ask(UpdateRoomDocument, { input: { roomId, topic: backwards } });
  const { setStatus } = await ada.ask(SetStatusDocument, {
    input: { status: 'ONLINE', statusText: 'Za\u0301\u0302\u0303\u0304\u0305' },
  });
  const banned = await ban(ada, { roomId, user: grace, terms: { reason: backwards } });

  expect(updateRoom.userErrors).toMatchObject(refused('topic'));
  expect(setStatus.userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'statusText'] }]);
  expect(banned.userErrors).toMatchObject(refused('reason'));
});

test('no new user has a username that looks like that of another', async () => {
  const sql = new pg.Client({ connectionString: server.databaseUrl });
  await sql.connect();
  await sql.query('UPDATE "User" SET "isAdmin" = true WHERE "id" = $1', [innerId('User', ada.id)]);
  await sql.end();
  const upsert = async (externalId: string, username: string) => {
    const input = { externalId, username, displayName: 'Somebody' };
    return (await ada.ask(UpsertUserDocument, { input })).upsertUser;
  };
  expect(done(await upsert('1', 'Paul.Ｍary')).user?.username).toBe('paul.mary');

  for (const username of ['pau1.mary', 'раul.mary', 'paul.rnary', 'PAUL.MARY']) {
    expect(await upsert(username, username)).toMatchObject({ user: null, userErrors: [{ code: 'CONFLICT' }] });
  }
  expect(done(await upsert('2', 'paul-mary')).user?.username).toBe('paul-mary');
});
