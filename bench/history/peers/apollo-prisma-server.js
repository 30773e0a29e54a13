// History as in tutorials: Apollo Server and Prisma's findMany, pages by time with skip and take, and one count per
// membership for unread counts.
import { serveApollo } from '../../apollo.js';
import { openPrisma } from '../../apollo-prisma.js';

const [parley, connectionString] = process.argv.slice(2);
const prisma = await openPrisma(parley, connectionString);

const typeDefs = `
  type User { displayName: String! }
  type Message { id: ID! sequence: Int! text: String! createdAt: String! author: User! }
  type Room { id: ID! name: String! }
  type Membership { room: Room! lastReadSequence: Int! unreadCount: Int! }
  enum Order { asc desc }
  type Query {
    messages(roomId: ID!, order: Order!, skip: Int!, take: Int!): [Message!]!
    memberships(userId: ID!): [Membership!]!
  }
`;

const resolvers = {
  Query: {
    messages: (_root, { roomId, order, skip, take }) =>
      prisma.message.findMany({
        where: { roomId },
        orderBy: { createdAt: order },
        skip,
        take,
        include: { author: true },
      }),
    memberships: (_root, { userId }) => prisma.membership.findMany({ where: { userId }, include: { room: true } }),
  },
  Message: { createdAt: ({ createdAt }) => createdAt.toISOString() },
  Membership: {
    unreadCount: ({ roomId, lastReadSequence }) =>
      prisma.message.count({ where: { roomId, sequence: { gt: lastReadSequence } } }),
  },
};

await serveApollo({ typeDefs, resolvers });
