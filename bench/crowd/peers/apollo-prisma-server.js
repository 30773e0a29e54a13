// A chat that a good engineer builds in an afternoon with Apollo Server and Prisma: the same operations as Parley, Prisma's
// `include` for what a page needs, transactions where two rows change, and PubSub. It checks no token and no membership.
import { PubSub } from 'graphql-subscriptions';
import { serveApollo } from '../../apollo.js';
import { openPrisma } from '../../apollo-prisma.js';
import { mutations } from './apollo-mutations.js';
import { queries } from './apollo-queries.js';

const [parley, connectionString] = process.argv.slice(2);
const prisma = await openPrisma(parley, connectionString);
const pubsub = new PubSub();

const typeDefs = `
  type User { id: ID! username: String! displayName: String! avatarUrl: String }
  type ReactionGroup { emoji: String! count: Int! viewerHasReacted: Boolean! }
  type Message {
    id: ID! sequence: Int! text: String createdAt: String! editedAt: String
    author: User reactionGroups: [ReactionGroup!]! replyTo: Message
  }
  type PageInfo { hasPreviousPage: Boolean! startCursor: String }
  type MessageConnection { nodes: [Message!]! pageInfo: PageInfo! }
  type Room { id: ID! kind: String! name: String topic: String latestMessage: Message messages(last: Int!): MessageConnection! }
  type CappedCount { value: Int! isCapped: Boolean! }
  type ReadState { lastReadSequence: Int! unreadCount: CappedCount! }
  type RoomMembership { id: ID! role: String! state: String! room: Room! readState: ReadState! }
  type RoomMembershipConnection { nodes: [RoomMembership!]! }
  type Viewer { memberships(first: Int!): RoomMembershipConnection! }

  type UserError { code: String! message: String! }
  type SendMessagePayload { message: Message userErrors: [UserError!]! }
  type SessionPayload { accessToken: String user: User userErrors: [UserError!]! }
  type MembershipPayload { membership: RoomMembership userErrors: [UserError!]! }
  type MessagePayload { message: Message userErrors: [UserError!]! }
  input SendMessageInput { roomId: ID! text: String! clientMessageId: String! }
  input CreateGuestSessionInput { displayName: String! }
  input RoomIdInput { roomId: ID! }
  input ReactionInput { messageId: ID! emoji: String! }
  input EditMessageInput { messageId: ID! text: String! }

  type Query { room(id: ID!): Room viewer: Viewer }
  type Mutation {
    sendMessage(input: SendMessageInput!): SendMessagePayload!
    createGuestSession(input: CreateGuestSessionInput!): SessionPayload!
    joinRoom(input: RoomIdInput!): MembershipPayload!
    addReaction(input: ReactionInput!): MessagePayload!
    editMessage(input: EditMessageInput!): MessagePayload!
  }
  type MessageEvent { message: Message! }
  type Subscription { messageChanged(roomId: ID!): MessageEvent! }
`;

const resolvers = {
  ...queries(prisma),
  Mutation: mutations(prisma, pubsub),
  Subscription: {
    messageChanged: { subscribe: (_root, { roomId }) => pubsub.asyncIterableIterator([`ROOM.${roomId}`]) },
  },
};

await serveApollo({ typeDefs, resolvers });
