import { isConversation, isPublic } from '../access/standing.ts';
import { type ChatError, conflict, invalidInput } from '../base/errors.ts';
import { newId } from '../base/ids.ts';
import { clearable } from '../base/text.ts';
import { requireUnblocked } from '../blocking/require-unblocked.ts';
import type { PostingPolicy, Room, RoomKind } from '../generated/prisma/client.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import { requireUsers } from '../users/require.ts';
import { maxAdded } from './add-members.ts';
import { requireAvatar, requireRoomName, requireSlowMode, requireTopic } from './attributes.ts';
import { additions, newRooms, withinQuota } from './quota.ts';
import { requireSlug, slugOf } from './slug.ts';

interface NewRoom {
  kind: RoomKind;
  name: string;
  slug?: string | null;
  topic?: string | null;
  avatarUrl?: string | null;
  memberIds?: readonly string[] | null;
  /** MEMBERS unless given. */
  postingPolicy?: PostingPolicy | null;
  /** 0 unless given. */
  slowModeSeconds?: number | null;
}

/**
 * Creates a CHANNEL, STREAM or GROUP that the viewer owns, with its first members.
 * Throws INVALID_INPUT, NOT_FOUND for an unknown member, CONFLICT for a slug that is taken, BLOCKED for a member who has
 * blocked the viewer, and RATE_LIMITED for too many rooms or members.
 */
export async function createRoom(context: Context, input: NewRoom): Promise<Room> {
  const { userId } = requireViewer(context);
  const fields = roomFields(input);
  const memberIds = await firstMembers(context, input.memberIds ?? []);
  const owner = { userId, role: 'OWNER' as const, isWelcomed: false };
  const members = memberIds.map((id) => ({ userId: id, role: 'MEMBER' as const, isWelcomed: true }));
  const insert = () =>
    context.services.log.insertRoom({
      ...fields,
      id: newId(),
      conversationKey: null,
      createdById: userId,
      members: [owner, ...members],
      isAnnounced: true,
    });
  const insertWithinAdditions = () =>
    withinQuota(context, {
      kind: additions,
      count: memberIds.length,
      path: ['memberIds'],
      run: insert,
      doneSince: (_at, inserted) => (inserted ? memberIds.length : 0),
    });
  const room = await withinQuota(context, {
    kind: newRooms,
    count: 1,
    path: [],
    run: insertWithinAdditions,
    doneSince: (_at, inserted) => (inserted ? 1 : 0),
  });
  if (!room) throw slugTaken(fields.slug, input.slug ? 'slug' : 'name');
  return room;
}

/** Returns the users to add to a new room, besides the viewer. */
async function firstMembers(context: Context, given: readonly string[]): Promise<string[]> {
  const memberIds = [...new Set(given)].filter((id) => id !== requireViewer(context).userId);
  if (memberIds.length > maxAdded) {
    const message = `Got ${memberIds.length} members; the limit is ${maxAdded} per call.`;
    throw invalidInput(message, ['memberIds'], 'maxItems');
  }
  await requireUsers(context.db, memberIds, ['memberIds']);
  await requireUnblocked(context, { userIds: given, field: 'memberIds' });
  return memberIds;
}

/** `field`: the one that the slug is from. */
function slugTaken(slug: string | null, field: 'slug' | 'name'): ChatError {
  const remedy = field === 'slug' ? 'Choose another one.' : 'Choose another name, or a slug of your own.';
  return conflict(`Another room has the slug “${slug}”. ${remedy}`, [field]);
}

function roomFields({ kind, name, slug, topic, avatarUrl, postingPolicy, slowModeSeconds }: NewRoom) {
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
    topic: clearable(topic, requireTopic) ?? null,
    avatarUrl: clearable(avatarUrl, requireAvatar) ?? null,
    postingPolicy: postingPolicy ?? 'MEMBERS',
    slowModeSeconds: requireSlowMode(slowModeSeconds ?? 0),
  };
}
