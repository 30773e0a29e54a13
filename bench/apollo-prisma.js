// What the chats on Apollo Server and Prisma share. They use the Prisma client that Parley generates from its schema.
import { dirname, join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';

/** With Prisma's default limits, transactions that wait more than 2 s for a connection would fail. */
const transactionOptions = { maxWait: 300_000, timeout: 60_000 };

/** Returns a Prisma client. @param {string} parley path of Parley's compiled `main.js` @param {string} connectionString */
export async function openPrisma(parley, connectionString) {
  const { PrismaClient } = await import(join(dirname(parley), 'generated/prisma/client.js'));
  return new PrismaClient({ adapter: new PrismaPg({ connectionString }), transactionOptions });
}

/**
 * Numbers and stores a message in an interactive transaction.
 * @param {any} prisma @param {{ roomId: string, text: string, clientMessageId: string }} input @param {string} authorId
 */
export function storeMessage(prisma, { roomId, text, clientMessageId }, authorId) {
  return prisma.$transaction(async (/** @type {any} */ tx) => {
    const next = { increment: 1 };
    const head = await tx.roomHead.update({
      where: { roomId },
      data: { lastSequence: next, lastEventNumber: next },
    });
    const { lastSequence: sequence, lastEventNumber: eventNumber } = head;
    return tx.message.create({
      data: { roomId, sequence, eventNumber, authorId, text, clientMessageId },
      include: { author: true },
    });
  });
}
