import { expect, test } from '@jest/globals';
import { storeDeactivation } from '../../src/admin/deactivate.ts';
import { innerId } from '../../src/base/ids.ts';
import { DeactivateUserDocument } from '../generated/graphql.ts';
import { makeAdmin } from '../support/administrators.ts';
import { Backend } from '../support/backend.ts';
import { lockTable } from '../support/locked-table.ts';
import { expelMember, promote } from '../support/moderating.ts';
import type { Person } from '../support/person.ts';
import { done, makeChannel, makeGroup } from '../support/rooms.ts';
import { until } from '../support/until.ts';
import { withServerLike } from '../support/with-server.ts';

const { server, ada, grace } = await withServerLike({ roomCheckMs: 50 }, 'Ada', 'Grace');
const backend = await Backend.of(server);

const deactivate = async ({ id }: Person) =>
  done((await backend.ask(DeactivateUserDocument, { input: { userId: id } })).deactivateUser);

/** Returns the roles of a room's members by their names. */
async function rolesIn(roomId: string): Promise<Record<string, string>> {
  const query = `{ room(id: "${roomId}") { members(first: 9) { nodes { role user { displayName } } } } }`;
  const { data } = await ada.tryAsk<
    {
      room: { members: { nodes: { role: string; user: { displayName: string } }[] } };
    },
    object
  >(query);
  return Object.fromEntries(data.room.members.nodes.map(({ role, user }) => [user.displayName, role]));
}

test('if the only owner of a private room is deactivated, a moderator becomes the owner', async () => {
  const { eve } = await server.people('Eve');
  const roomId = await makeGroup(eve, 'Orphans', [ada, grace]);
  done(await promote(eve, { roomId, user: grace, role: 'MODERATOR' }));

  await deactivate(eve);

  expect(await rolesIn(roomId)).toEqual({ Eve: 'MEMBER', Grace: 'OWNER', Ada: 'MEMBER' });
});

test('another owner of the room stays the only one', async () => {
  const { joan } = await server.people('Joan');
  const roomId = await makeGroup(joan, 'Shared', [grace, ada]);
  done(await promote(joan, { roomId, user: ada, role: 'OWNER' }));
  done(await promote(joan, { roomId, user: grace, role: 'MODERATOR' }));

  await deactivate(joan);

  expect(await rolesIn(roomId)).toEqual({ Joan: 'MEMBER', Ada: 'OWNER', Grace: 'MODERATOR' });
});

test('no user who is deactivated becomes the owner', async () => {
  const { mary, nora } = await server.people('Mary', 'Nora');
  const roomId = await makeGroup(mary, 'Both', [nora, ada]);
  done(await promote(mary, { roomId, user: nora, role: 'MODERATOR' }));

  await deactivate(nora);
  await deactivate(mary);

  expect(await rolesIn(roomId)).toEqual({ Mary: 'MEMBER', Nora: 'MODERATOR', Ada: 'OWNER' });
});

test('if an administrator removes the only owner, no user who is deactivated becomes the owner either', async () => {
  const { rosa, nina, root } = await server.people('Rosa', 'Nina', 'Root');
  await makeAdmin(server, root);
  const roomId = await makeGroup(rosa, 'Removed', [nina, ada, root]);
  done(await promote(rosa, { roomId, user: nina, role: 'MODERATOR' }));
  await deactivate(nina);

  done(await expelMember(root, { roomId, user: rosa }));

  expect(await rolesIn(roomId)).toEqual({ Nina: 'MODERATOR', Ada: 'OWNER', Root: 'MEMBER' });
});

test('a public room, and a room without other members, keep their owner', async () => {
  const { lone } = await server.people('Lone');
  const roomId = await makeChannel(lone, 'Public', [ada]);
  await makeGroup(lone, 'Diary');

  await deactivate(lone);

  expect(await rolesIn(roomId)).toEqual({ Lone: 'OWNER', Ada: 'MEMBER' });
});

test('the server completes a deactivation that was stored without it, or whose node was killed', async () => {
  const { alan } = await server.people('Alan');
  const roomId = await makeGroup(alan, 'Left over', [ada]);

  await storeDeactivation(server.app.services.prisma, innerId('User', alan.id));

  await until(async () => (await rolesIn(roomId)).Ada === 'OWNER');
  expect(await rolesIn(roomId)).toEqual({ Alan: 'MEMBER', Ada: 'OWNER' });
  await until(async () => (await server.app.services.prisma.handOver.count()) === 0);
});

test('a deactivation succeeds while nothing can be written into rooms, which are handed over later', async () => {
  const { kurt } = await server.people('Kurt');
  const roomId = await makeGroup(kurt, 'Busy', [ada]);
  const lock = await lockTable(server, 'RoomEvent');

  await deactivate(kurt);
  expect(await rolesIn(roomId)).toMatchObject({ Kurt: 'OWNER' });
  await lock.release();

  await until(async () => (await rolesIn(roomId)).Ada === 'OWNER');
});
