// A chat as in tutorials: Apollo Server and graphql-ws, a resolver that numbers and stores the message in an interactive
// transaction of Prisma, and the PubSub of graphql-subscriptions.
import { PubSub } from 'graphql-subscriptions';
import { serveApollo } from '../../apollo.js';
import { openPrisma, storeMessage } from '../../apollo-prisma.js';

const [parley, connectionString] = process.argv.slice(2);
const prisma = await openPrisma(parley, connectionString);
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

const resolvers = {
  Query: { version: () => '1' },
  Mutation: {
    sendMessage: async (_root, { input }, { userId }) => {
      const message = await storeMessage(prisma, input, userId);
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
