import { isConversation, isPublic } from '../access/standing.ts';
import { conflict, invalidInput } from '../base/errors.ts';
import { newId } from '../base/ids.ts';
import { clearable } from '../base/text.ts';
import { Prisma, type Room, type RoomKind } from '../generated/prisma/client.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import { withRoomLog } from '../log/change-room.ts';
import { transact } from '../storage/transact.ts';
import { requireUsers } from '../users/require.ts';
import { maxAdded } from './add-members.ts';
import { admit } from './admit.ts';
import { requireAvatar, requireRoomName, requireTopic } from './attributes.ts';
import { requireSlug, slugOf } from './slug.ts';

interface NewRoom {
  kind: RoomKind;
  name: string;
  slug?: string | null;
  topic?: string | null;
  avatarUrl?: string | null;
  memberIds?: readonly string[] | null;
}

/**
 * Creates a CHANNEL, STREAM or GROUP that the viewer owns, with its first members.
 * Throws INVALID_INPUT, NOT_FOUND for an unknown member, and CONFLICT for a slug that is taken.
 */
export async function createRoom(context: Context, input: NewRoom): Promise<Room> {
  const { userId } = requireViewer(context);
  const { prisma, log: eventLog } = context.services;
  const data = { ...roomFields(input), id: newId(), createdById: userId };
  const memberIds = [...new Set(input.memberIds ?? [])].filter((id) => id !== userId);
  if (memberIds.length > maxAdded) {
    throw invalidInput(
      `Got ${memberIds.length} members; the limit is ${maxAdded} per call.`,
      ['memberIds'],
      'maxItems',
    );
  }
  await requireUsers(prisma, memberIds, ['memberIds']);

  // Simultaneous calls with the same slug wait here. If they waited in PostgreSQL, each would hold a connection and
  // could time out.
  const { result, events } = await eventLog.runExclusive(data.slug ?? data.id, (locked) =>
    transact(prisma, async (tx) => {
      await tx.room.create({ data: { ...data, head: { create: {} } } }).catch((error) => refuseTakenSlug(error, data));
      locked();
      return withRoomLog(tx, { roomId: data.id, actorId: userId }, async (log) => {
        log.addSystemMessage('ROOM_CREATED', userId);
        await admit(log, [userId], { role: 'OWNER', isWelcomed: false });
        await admit(log, memberIds);
        return log.room;
      });
    }),
  );
  eventLog.publish(events);
  return result;
}

function roomFields({ kind, name, slug, topic, avatarUrl }: NewRoom) {
  if (isConversation({ kind })) {
    throw invalidInput(
      `Expected CHANNEL, STREAM or GROUP, got ${kind}. For conversations, use openConversation.`,
      ['kind'],
      'kind',
    );
  }
  if (slug && !isPublic({ kind })) {
    throw invalidInput('Only public rooms (CHANNEL, STREAM) have a slug.', ['slug'], 'kind');
  }
  const roomName = requireRoomName(name);
  return {
    kind,
    name: roomName,
    slug: isPublic({ kind }) ? (slug ? requireSlug(slug) : slugOf(roomName)) : null,
    topic: clearable(topic, requireTopic),
    avatarUrl: clearable(avatarUrl, requireAvatar),
  };
}

function refuseTakenSlug(error: unknown, { slug }: { slug: string | null }): never {
  if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002') {
    throw conflict(`Another room has the slug “${slug}”. Choose another one.`, ['slug']);
  }
  throw error;
}
