import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { PrismaClient } from '../../src/generated/prisma/client.ts';
import { createDefaultRooms } from '../../src/rooms/create-default-rooms.ts';
import { openPrisma } from '../../src/storage/prisma.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let prisma: PrismaClient;

beforeEach(async () => {
  database = await freshDatabase();
  prisma = openPrisma(database.url);
});
afterEach(async () => {
  await prisma.$disconnect();
  await database.drop();
});

const slugs = async () => (await prisma.room.findMany({ orderBy: { slug: 'asc' } })).map(({ slug }) => slug);

test('nodes that start at once create the rooms of a new server once', async () => {
  await Promise.all([1, 2, 3, 4].map(() => createDefaultRooms(prisma)));

  expect(await slugs()).toEqual(['cooking', 'general', 'pets', 'travel']);
});

test('an operator who deletes all rooms does not get them back', async () => {
  await createDefaultRooms(prisma);
  await prisma.room.deleteMany();

  await createDefaultRooms(prisma);

  expect(await slugs()).toEqual([]);
});

test('a server that has users already gets no rooms, also when the users are gone', async () => {
  await prisma.user.create({ data: { username: 'ada', displayName: 'Ada' } });
  await createDefaultRooms(prisma);
  await prisma.user.deleteMany();

  await createDefaultRooms(prisma);

  expect(await slugs()).toEqual([]);
});

test('if a start fails halfway, the next one creates the rooms', async () => {
  await prisma.$executeRaw`ALTER TABLE "RoomHead" ADD CONSTRAINT broken CHECK (false)`;
  await expect(createDefaultRooms(prisma)).rejects.toThrow();
  await prisma.$executeRaw`ALTER TABLE "RoomHead" DROP CONSTRAINT broken`;

  await createDefaultRooms(prisma);

  expect(await slugs()).toHaveLength(4);
});
