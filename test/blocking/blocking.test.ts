import { expect, test } from '@jest/globals';
import { limits } from '../../src/base/limits.ts';
import {
  AddMembersDocument,
  BlockedUsersDocument,
  BlockUserDocument,
  CreateRoomDocument,
  OpenConversationDocument,
  UnblockUserDocument,
} from '../generated/graphql.ts';
import { block, unblock } from '../support/blocking.ts';
import type { Person } from '../support/person.ts';
import { add, converse, join, makeChannel, makeGroup, say, textsIn } from '../support/rooms.ts';
import { withServer } from '../support/with-server.ts';

const { server, grace } = await withServer('Grace');

async function blockedBy(person: Person): Promise<string[]> {
  return (await person.ask(BlockedUsersDocument, {})).viewer!.blockedUsers.nodes.map(({ id }) => id);
}

/** Edsger, whom Grace has blocked, and Ada, whom she has not. */
async function troll() {
  const { ada, edsger } = await server.people('Ada', 'Edsger');
  await block(grace, edsger);
  return { ada, edsger };
}

const refused = (...path: string[]) => [
  { __typename: 'ForbiddenError', code: 'BLOCKED', message: expect.any(String), path: ['input', ...path] },
];

test('the viewer lists whom they have blocked, the last one first, page by page', async () => {
  const { ada, barbara, tony, alan } = await server.people('Ada', 'Barbara', 'Tony', 'Alan');
  for (const other of [barbara, tony, alan, tony]) await block(ada, other);
  await unblock(ada, barbara);

  const { blockedUsers } = (await ada.ask(BlockedUsersDocument, { first: 1 })).viewer!;
  const rest = await ada.ask(BlockedUsersDocument, { after: blockedUsers.pageInfo.endCursor });

  expect(blockedUsers).toMatchObject({ nodes: [{ id: alan.id }], pageInfo: { hasNextPage: true } });
  expect(rest.viewer?.blockedUsers).toMatchObject({ nodes: [{ id: tony.id }], pageInfo: { hasNextPage: false } });
  expect(await blockedBy(tony)).toEqual([]);
});

test('blocking and unblocking twice are no errors', async () => {
  const { ada, barbara } = await server.people('Ada', 'Barbara');

  await block(ada, barbara);
  await block(ada, barbara);
  expect(await blockedBy(ada)).toEqual([barbara.id]);
  await unblock(ada, barbara);
  await unblock(ada, barbara);

  expect(await blockedBy(ada)).toEqual([]);
});

test('nobody blocks themselves, nor a user who does not exist', async () => {
  const missing = 'VXNlcjowMTkwYzBkZS0wMDAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMDA';
  const own = (await grace.ask(BlockUserDocument, { userId: grace.id })).blockUser;
  const nobody = (await grace.ask(BlockUserDocument, { userId: missing })).blockUser;
  const again = (await grace.ask(UnblockUserDocument, { userId: missing })).unblockUser;

  expect(own).toMatchObject({ user: null, userErrors: [{ code: 'INVALID_INPUT', path: ['input', 'userId'] }] });
  expect(nobody).toMatchObject({ user: null, userErrors: [{ code: 'NOT_FOUND', path: ['input', 'userId'] }] });
  expect(again).toMatchObject({ user: null, userErrors: [{ code: 'NOT_FOUND', path: ['input', 'userId'] }] });
});

test('a user blocks at most so many', async () => {
  const { ada, barbara, tony } = await server.people('Ada', 'Barbara', 'Tony');
  const limit = limits.blockedUsers;
  limits.blockedUsers = 1;
  try {
    await block(ada, barbara);
    await block(ada, barbara);
    const { blockUser } = await ada.ask(BlockUserDocument, { userId: tony.id });

    expect(blockUser.userErrors).toMatchObject([{ code: 'CONFLICT', path: ['input', 'userId'] }]);
  } finally {
    limits.blockedUsers = limit;
  }
});

test.each(['DIRECT', 'SUPPORT'] as const)('a blocked user opens no %s conversation with the viewer', async (kind) => {
  const { ada, edsger } = await troll();
  const userIds = [ada.id, grace.id];

  const { openConversation } = await edsger.ask(OpenConversationDocument, { input: { kind, userIds } });

  expect(openConversation).toMatchObject({ room: null, isNew: false, userErrors: refused('userIds', '1') });
  await unblock(grace, edsger);
  await converse(edsger, ada, grace);
});

test('a conversation from before the block stays, and so do messages', async () => {
  const { edsger } = await server.people('Edsger');
  const roomId = await converse(edsger, grace);
  await block(grace, edsger);

  expect(await converse(edsger, grace)).toBe(roomId);
  await say(edsger, roomId, 'Still here');

  expect(await textsIn(roomId, grace)).toEqual(['Still here']);
});

test('the viewer can open a conversation with a user whom they have blocked', async () => {
  const { edsger } = await troll();

  const roomId = await converse(grace, edsger);

  expect(await converse(edsger, grace)).toBe(roomId);
});

test('a blocked user creates no room with the viewer, and nobody is added', async () => {
  const { ada, edsger } = await troll();
  const memberIds = [edsger.id, ada.id, grace.id];

  const { createRoom } = await edsger.ask(CreateRoomDocument, { input: { kind: 'GROUP', name: 'Trap', memberIds } });

  expect(createRoom).toMatchObject({ room: null, userErrors: refused('memberIds', '2') });
});

test('a blocked user adds the viewer to no room, and nobody else in the same call; others can', async () => {
  const { ada, edsger } = await troll();
  const roomId = await makeGroup(edsger, 'Trap');
  const input = { roomId, userIds: [ada.id, grace.id] };

  const { addMembers } = await edsger.ask(AddMembersDocument, { input });

  expect(addMembers).toMatchObject({ memberships: [], userErrors: refused('userIds', '1') });
  expect((await add(edsger, roomId, [ada])).userErrors).toEqual([]);
  expect((await add(ada, roomId, [grace])).userErrors).toEqual([]);
});

test('a blocked user who names the viewer among the members of a room is not refused', async () => {
  const { ada, edsger } = await troll();
  const roomId = await makeChannel(edsger, 'Open');
  await join(grace, roomId);

  const { addMembers } = await edsger.ask(AddMembersDocument, { input: { roomId, userIds: [grace.id, ada.id] } });

  expect(addMembers).toMatchObject({ userErrors: [], memberships: [{}, {}] });
});
