import { randomBytes, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { storeMessage } from '../../apollo-prisma.js';

const secret = randomBytes(32);
const signedInForMs = 30 * 24 * 3600 * 1000;
const reacted = { author: true, reactions: { orderBy: { createdAt: 'asc' } } };

/** Returns the resolvers of what changes. @param {any} prisma @param {import('graphql-subscriptions').PubSub} pubsub */
export function mutations(prisma, pubsub) {
  const announce = async (/** @type {any} */ message) => {
    await pubsub.publish(`ROOM.${message.roomId}`, { messageChanged: { message } });
    return { message, userErrors: [] };
  };
  return {
    sendMessage: async (_root, { input }, { userId }) => announce(await storeMessage(prisma, input, userId)),
    createGuestSession: async (_root, { input: { displayName } }) => {
      const expiresAt = new Date(Date.now() + signedInForMs);
      const user = await prisma.user.create({
        data: { username: `guest-${randomUUID()}`, displayName, kind: 'GUEST', sessions: { create: { expiresAt } } },
        include: { sessions: true },
      });
      return { user, accessToken: await tokenOf(user.id, user.sessions[0]), userErrors: [] };
    },
    joinRoom: async (_root, { input: { roomId } }, { userId }) => {
      const [membership] = await prisma.$transaction([
        prisma.membership.create({ data: { roomId, userId, stateEventNumber: 0 } }),
        prisma.roomHead.update({ where: { roomId }, data: { memberCount: { increment: 1 } } }),
      ]);
      await pubsub.publish(`ROOM.${roomId}`, { memberJoined: { membership } });
      return { membership, userErrors: [] };
    },
    addReaction: async (_root, { input: { messageId, emoji } }, { userId }) => {
      const { roomId } = await prisma.message.findUniqueOrThrow({ where: { id: messageId }, select: { roomId: true } });
      // One statement, where `upsert` needs four.
      await prisma.reaction.createMany({ data: [{ roomId, messageId, emoji, userId }], skipDuplicates: true });
      return announce(await prisma.message.findUniqueOrThrow({ where: { id: messageId }, include: reacted }));
    },
    editMessage: async (_root, { input: { messageId, text } }, { userId }) =>
      announce(
        await prisma.message.update({
          where: { id: messageId, authorId: userId },
          data: { text, editedAt: new Date() },
          include: reacted,
        }),
      ),
  };
}

/** @param {string} userId @param {{ id: string, expiresAt: Date }} session */
function tokenOf(userId, { id, expiresAt }) {
  return new SignJWT({ sid: id })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setIssuedAt()
    .setExpirationTime(expiresAt)
    .sign(secret);
}
