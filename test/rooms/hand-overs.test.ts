import { expect, test } from '@jest/globals';
import { storeDeactivation } from '../../src/admin/deactivate.ts';
import { storeReactivation } from '../../src/admin/reactivate.ts';
import { innerId } from '../../src/base/ids.ts';
import type { PrismaClient } from '../../src/generated/prisma/client.ts';
import { HandOvers } from '../../src/rooms/hand-overs.ts';
import { DeactivateUserDocument } from '../generated/graphql.ts';
import { Backend } from '../support/backend.ts';
import { makeGroup } from '../support/rooms.ts';
import { until } from '../support/until.ts';
import { withServerLike } from '../support/with-server.ts';

// The server itself looks for hand-overs only when it starts.
const { server, ada } = await withServerLike({ roomCheckMs: 3_600_000, logLevel: 'warn' }, 'Ada');
const { prisma, log } = server.app.services;

/** Hands rooms over, except some. `logged`: the levels of its log. */
function handOversExcept(roomIds: readonly string[] = [], database: Pick<PrismaClient, 'handOver'> = prisma) {
  const failing = new Set(roomIds.map((id) => innerId('Room', id)));
  const write: typeof log.writer.write = async (kind, change) => {
    if (failing.has(change.roomId)) throw new Error('The room is locked.');
    return log.writer.write(kind, change);
  };
  const logged: string[] = [];
  const handOvers = new HandOvers({
    prisma: database as PrismaClient,
    writer: { write },
    log: { debug: () => void logged.push('debug'), warn: () => void logged.push('warn') },
    checkMs: 3_600_000,
  });
  return { handOvers, logged };
}

async function ownersOf(roomId: string): Promise<string[]> {
  const where = { roomId: innerId('Room', roomId), role: 'OWNER' as const };
  const owners = await prisma.membership.findMany({ where, include: { user: true } });
  return owners.map(({ user }) => user.displayName);
}

test('a user who is reactivated before their rooms were handed over keeps them', async () => {
  const { vera } = await server.people('Vera');
  const roomId = await makeGroup(vera, 'Kept', [ada]);
  const { handOver } = (await storeDeactivation(prisma, innerId('User', vera.id)))!;
  await storeReactivation(prisma, innerId('User', vera.id));

  await server.app.services.handOvers.complete(handOver);

  expect(await ownersOf(roomId)).toEqual(['Vera']);
  expect(await prisma.handOver.count()).toBe(0);
});

test('a room that cannot be written keeps no other one of its owner back', async () => {
  const { kurt } = await server.people('Kurt');
  const locked = await makeGroup(kurt, 'Locked', [ada]);
  const open = await makeGroup(kurt, 'Open', [ada]);
  const { handOver } = (await storeDeactivation(prisma, innerId('User', kurt.id)))!;
  const { handOvers, logged } = handOversExcept([locked]);

  await handOvers.complete(handOver);

  expect([await ownersOf(locked), await ownersOf(open)]).toEqual([['Kurt'], ['Ada']]);
  expect(await prisma.handOver.count()).toBe(1);
  expect(logged).toContain('warn');
  await handOvers.close();
  await prisma.handOver.deleteMany();
});

test('many users whose rooms cannot be written keep no others back, and fill no log', async () => {
  const rooms: string[] = [];
  for (let number = 0; number < 21; number += 1) {
    const owner = await server.signIn(`Owner ${number}`);
    rooms.push(await makeGroup(owner, 'Theirs', [ada]));
    await storeDeactivation(prisma, innerId('User', owner.id));
  }
  const { handOvers, logged } = handOversExcept(rooms.slice(0, 20));

  await until(async () => (await ownersOf(rooms[20]!))[0] === 'Ada');

  await handOvers.close();
  expect(await prisma.handOver.count()).toBe(20);
  expect(logged).toEqual(['warn']);
  await prisma.handOver.deleteMany();
});

test('without the database, no rooms are said to be left', async () => {
  const gone = { handOver: { findMany: () => Promise.reject(new Error('gone')) } };
  const { handOvers, logged } = handOversExcept([], gone as never);

  await until(() => logged.length > 0);

  expect(logged).toEqual(['debug']);
  await handOvers.close();
});

test('a deactivation does not wait until the writer gives up a locked room', async () => {
  const { jane } = await server.people('Jane');
  const roomId = await makeGroup(jane, 'Stuck', [ada]);
  const backend = await Backend.of(server);

  await prisma.$transaction(
    async (tx) => {
      await tx.$executeRaw`SELECT FROM "RoomHead" WHERE "roomId" = ${innerId('Room', roomId)}::uuid FOR UPDATE`;
      await backend.ask(DeactivateUserDocument, { input: { userId: jane.id } });
      expect(server.logged.join()).not.toContain('not handed over yet');
    },
    { timeout: 30_000 },
  );

  await until(async () => (await ownersOf(roomId))[0] === 'Ada');
});
