import { notAMember } from '../access/refusals.ts';
import { requireRightIn } from '../access/require-right.ts';
import { isMember } from '../access/standing.ts';
import { type Context, requireViewer } from '../graphql/context.ts';

interface Typing {
  roomId: string;
  isTyping: boolean;
}

/**
 * Announces to the members of a room that the viewer types, or has stopped. Returns for how many milliseconds it lasts; null
 * for a viewer who has stopped. Throws NOT_FOUND, BANNED, FORBIDDEN to readers who are not members and, unless the viewer
 * stops, what `sendMessage` throws for rights, and RATE_LIMITED.
 */
export async function setTyping(context: Context, { roomId, isTyping }: Typing): Promise<number | null> {
  const { userId } = requireViewer(context);
  const { access, presence } = context.services;
  const room = await access.roomOfViewer({ roomId, viewerId: userId });
  const { viewerMembership } = requireRightIn(context, room, 'READ');
  if (!isMember(viewerMembership)) throw notAMember(['roomId']);
  if (isTyping) {
    requireRightIn(context, room, 'SEND_MESSAGE');
    return presence.typing.start(roomId, userId);
  }
  presence.typing.stop(roomId, userId);
  return null;
}
