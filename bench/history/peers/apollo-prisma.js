import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { HttpCaller } from '../../http-caller.js';
import { startServer } from '../../server-process.js';
import { joinHalfRead } from '../fill.js';

const messages = `query ($roomId: ID!, $order: Order!, $skip: Int!) {
  messages(roomId: $roomId, order: $order, skip: $skip, take: 50) { id sequence text createdAt author { displayName } }
}`;
const memberships = `query ($userId: ID!) {
  memberships(userId: $userId) { room { id name } lastReadSequence unreadCount }
}`;

/** @type {(options: import('../contestants.js').StartOptions) => Promise<import('../contestants.js').Target>} */
export async function startApolloPrisma({ parley, databaseUrl, rooms }) {
  const args = [join(import.meta.dirname, 'apollo-prisma-server.js'), parley, databaseUrl];
  const { pid, match, stop } = await startServer({ args, core: null, ready: /^ready (\d+)$/m });
  const caller = new HttpCaller({ port: Number(match[1]), path: '/graphql' });
  const userId = randomUUID();
  await joinHalfRead(databaseUrl, { userId, rooms });
  const page = async (/** @type {object} */ variables) => {
    const found = (await caller.ask(messages, variables)).messages;
    return found.map((/** @type {{ sequence: number }} */ { sequence }) => sequence);
  };
  return {
    pid,
    newest: async ({ id }) => (await page({ roomId: id, order: 'desc', skip: 0 })).reverse(),
    middle: ({ id, messages: count }) => page({ roomId: id, order: 'asc', skip: count / 2 }),
    unread: async () => {
      const found = (await caller.ask(memberships, { userId })).memberships;
      return found.map((/** @type {{ unreadCount: number }} */ { unreadCount }) => unreadCount);
    },
    stop: async () => {
      caller.close();
      await stop();
    },
  };
}
