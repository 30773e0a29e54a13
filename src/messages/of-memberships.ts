import type { Context } from '../graphql/context.ts';
import type { MembershipRow } from '../graphql/nodes.ts';
import { messagesAt, type Place, placeKey } from './at-places.ts';
import { bareMessages, type MessageParts } from './parts.ts';

interface Wanted {
  ofLatest: MessageParts | null;
  ofFirstUnread: MessageParts | null;
}

/**
 * Adds the newest message of its room and its first unread message to each membership, as wanted. Reads all of them in one
 * statement. The rooms and the read states must have been read.
 */
export async function addMessagesOf(
  context: Context,
  memberships: readonly MembershipRow[],
  { ofLatest: latest, ofFirstUnread: firstUnread }: Wanted,
): Promise<void> {
  if (!latest && !firstUnread) return;
  const places = memberships.flatMap((membership) => [
    ...(latest ? placeOfLatest(membership) : []),
    ...(firstUnread ? placeOfFirstUnread(membership) : []),
  ]);
  const found = await messagesAt(context, places, either(latest ?? bareMessages, firstUnread ?? bareMessages));
  for (const membership of memberships) {
    const { room, readState } = membership;
    const at = (place: Place | undefined) => (place ? found.get(placeKey(place)) : null);
    if (latest && room) room.latestMessage = at(placeOfLatest(membership)[0]);
    if (firstUnread && readState) readState.firstUnread = at(placeOfFirstUnread(membership)[0]);
    for (const message of [room?.latestMessage, readState?.firstUnread]) if (message && room) message.room = room;
  }
}

function placeOfLatest({ room }: MembershipRow): Place[] {
  return room?.lastSequence ? [{ roomId: room.id, sequence: room.lastSequence }] : [];
}

function placeOfFirstUnread({ roomId, readState }: MembershipRow): Place[] {
  return readState?.firstUnreadSequence ? [{ roomId, sequence: readState.firstUnreadSequence }] : [];
}

function either(one: MessageParts, other: MessageParts): MessageParts {
  return {
    subjects: one.subjects || other.subjects,
    authors: one.authors || other.authors,
    replies: one.replies || other.replies,
    reactions: one.reactions || other.reactions,
  };
}
