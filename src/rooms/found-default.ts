import type { PrismaClient } from '../generated/prisma/client.ts';
import { defaultRooms } from './default-rooms.ts';

/** Gives a new server its first public channels. Does nothing where there are rooms already. */
export async function foundDefaultRooms(prisma: PrismaClient): Promise<void> {
  if ((await prisma.room.count()) > 0) return;
  for (const room of defaultRooms) {
    await prisma.room.create({ data: { ...room, kind: 'CHANNEL', head: { create: {} } } });
  }
}
