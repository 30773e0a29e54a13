import { refuseOutsider } from '../access/membership.ts';
import { invalidInput } from '../base/errors.ts';
import type { Membership } from '../generated/prisma/client.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import { userTopic } from '../log/topics.ts';
import { type ReadMoved, readsTopic } from './read-moved.ts';

interface ReadUpTo {
  roomId: string;
  upToSequence: number;
}

/**
 * Marks the messages of a room as read up to a number, on all devices of the viewer. A number above that of the newest
 * message means the newest message. A number below the current position changes nothing. Publishes the position after
 * the commit; publications may overtake each other. Throws INVALID_INPUT, NOT_FOUND, FORBIDDEN, BANNED.
 */
export async function markRead(context: Context, { roomId, upToSequence }: ReadUpTo): Promise<Membership> {
  const { userId } = requireViewer(context);
  if (upToSequence < 0) throw invalidInput(`Got ${upToSequence}; expected 0 or more.`, ['upToSequence'], 'min');
  const { bus, presence, reading } = context.services;
  const moved = await reading.movePosition({ roomId, userId, upToSequence });
  if (!moved) return refuseOutsider(context, roomId);
  presence.activity.note(userId);
  const { membership, hasMoved } = moved;
  if (hasMoved) {
    const { lastReadSequence } = membership;
    const news: ReadMoved = { type: 'READ', roomId, userId, lastReadSequence };
    bus.publish(readsTopic(roomId), news);
    bus.publish(userTopic(userId), news);
  }
  return membership;
}
