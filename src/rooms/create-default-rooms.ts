import type { Prisma, PrismaClient } from '../generated/prisma/client.ts';
import { waitForOtherNodes } from '../storage/retry-locked.ts';
import { defaultRooms } from './default-rooms.ts';

const key = 'defaultRoomsDecidedAt';

/**
 * Creates the public channels of a new server, once in the life of a database. A database that already has users or rooms
 * gets none, and channels that an operator deletes are not created again.
 */
export async function createDefaultRooms(prisma: PrismaClient): Promise<void> {
  if (await prisma.serverSetting.findUnique({ where: { key } })) return;
  await waitForOtherNodes(() => prisma.$transaction(createUnlessInUse));
}

async function createUnlessInUse(tx: Prisma.TransactionClient): Promise<void> {
  // A node that starts at the same time waits here until this transaction ends, and then inserts no row.
  const row = { key, value: new Date().toISOString() };
  const { count } = await tx.serverSetting.createMany({ data: [row], skipDuplicates: true });
  if (count === 0 || (await isInUse(tx))) return;
  for (const room of defaultRooms) await tx.room.create({ data: { ...room, kind: 'CHANNEL', head: { create: {} } } });
}

async function isInUse(tx: Prisma.TransactionClient): Promise<boolean> {
  const select = { id: true };
  return (await tx.room.findFirst({ select })) !== null || (await tx.user.findFirst({ select })) !== null;
}
