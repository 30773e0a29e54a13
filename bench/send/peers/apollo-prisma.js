// A chat as in tutorials: Apollo Server and graphql-ws, a resolver that numbers and stores the message in an interactive
// transaction of Prisma, and the PubSub of graphql-subscriptions.
import { dirname, join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { PubSub } from 'graphql-subscriptions';
import { serveApollo } from '../../apollo.js';

const [parley, connectionString] = process.argv.slice(2);
const { PrismaClient } = await import(join(dirname(parley), 'generated/prisma/client.js'));
const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString }) });
const pubsub = new PubSub();

const typeDefs = `
  type User { displayName: String! }
  type Message { id: ID! sequence: Int! text: String! createdAt: String! author: User! }
  type UserError { code: String! message: String! }
  input SendMessageInput { roomId: ID! text: String! clientMessageId: String! }
  type SendMessagePayload { message: Message userErrors: [UserError!]! }
  type MessageAddedEvent { message: Message! }
  type Query { version: String! }
  type Mutation { sendMessage(input: SendMessageInput!): SendMessagePayload! }
  type Subscription { messageAdded(roomId: ID!): MessageAddedEvent! }
`;

// With Prisma's default limits, requests that wait more than 2 s for a connection would fail.
const patience = { maxWait: 60_000, timeout: 60_000 };

/** @param {{ roomId: string, text: string, clientMessageId: string }} input @param {string} authorId */
function storeMessage({ roomId, text, clientMessageId }, authorId) {
  return prisma.$transaction(async (tx) => {
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
  }, patience);
}

const resolvers = {
  Query: { version: () => '1' },
  Mutation: {
    sendMessage: async (_root, { input }, { userId }) => {
      const message = await storeMessage(input, userId);
      await pubsub.publish(`MESSAGE_ADDED.${input.roomId}`, { messageAdded: { message } });
      return { message, userErrors: [] };
    },
  },
  Message: { createdAt: ({ createdAt }) => createdAt.toISOString() },
  Subscription: {
    messageAdded: { subscribe: (_root, { roomId }) => pubsub.asyncIterableIterator([`MESSAGE_ADDED.${roomId}`]) },
  },
};

await serveApollo({ typeDefs, resolvers });
