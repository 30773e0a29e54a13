/** Counting unread messages stops here, as Parley's does. */
const unreadCap = 100;

/** What a message on a page needs. */
export const pageMessage = {
  author: true,
  reactions: { orderBy: { createdAt: 'asc' } },
  replyTo: { include: { author: true } },
};

/** Returns the resolvers of what is read. @param {any} prisma */
export function queries(prisma) {
  return {
    Query: {
      room: (_root, { id }) => prisma.room.findUnique({ where: { id } }),
      viewer: (_root, _args, { userId }) => ({ userId }),
    },
    Room: {
      messages: async ({ id }, { last }) => {
        const found = await prisma.message.findMany({
          where: { roomId: id },
          orderBy: { sequence: 'desc' },
          take: last + 1,
          include: pageMessage,
        });
        const nodes = found.slice(0, last).reverse();
        return { nodes, pageInfo: { hasPreviousPage: found.length > last, startCursor: nodes[0]?.id } };
      },
      // Prisma makes one statement of the `findUnique` of all rooms of an answer.
      latestMessage: ({ id, head }) =>
        head.lastSequence === 0
          ? null
          : prisma.message.findUnique({
              where: { roomId_sequence: { roomId: id, sequence: head.lastSequence } },
              include: { author: true },
            }),
    },
    Message: {
      createdAt: ({ createdAt }) => createdAt.toISOString(),
      editedAt: ({ editedAt }) => editedAt?.toISOString(),
      reactionGroups: ({ reactions }, _args, { userId }) => grouped(reactions, userId),
    },
    Viewer: {
      memberships: async ({ userId }, { first }) => ({
        nodes: await prisma.membership.findMany({
          where: { userId, state: 'JOINED' },
          orderBy: { id: 'asc' },
          take: first,
          include: { room: { include: { head: true } } },
        }),
      }),
    },
    RoomMembership: { readState: (membership) => membership },
    ReadState: {
      unreadCount: async ({ roomId, userId, lastReadSequence }) => {
        const where = {
          roomId,
          sequence: { gt: lastReadSequence },
          kind: 'USER',
          deletedAt: null,
          NOT: { authorId: userId },
        };
        const count = await prisma.message.count({ where, take: unreadCap + 1 });
        return { value: Math.min(count, unreadCap), isCapped: count > unreadCap };
      },
    },
  };
}

/** @param {{ emoji: string, userId: string }[]} reactions @param {string} viewerId */
function grouped(reactions, viewerId) {
  /** @type {Map<string, { emoji: string, count: number, viewerHasReacted: boolean }>} */
  const groups = new Map();
  for (const { emoji, userId } of reactions) {
    const group = groups.get(emoji) ?? { emoji, count: 0, viewerHasReacted: false };
    group.count += 1;
    group.viewerHasReacted ||= userId === viewerId;
    groups.set(emoji, group);
  }
  return [...groups.values()];
}
