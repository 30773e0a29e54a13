import { notAMember } from '../access/refusals.ts';
import { type ChatError, forbidden, notFound, roomArchived } from '../base/errors.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import type { MessageRefusal } from '../log/changes/fragments.ts';

const path = ['messageId'];

/** The errors of users who may not change a message. */
export const messageRefusals: Record<MessageRefusal, () => ChatError> = {
  NO_MESSAGE: () => notFound('message', path),
  SYSTEM: () => forbidden('System messages cannot be edited, deleted or reacted to.', path),
  NOT_A_MEMBER: () => notAMember(path),
  ARCHIVED: () => roomArchived(path),
};

/** Returns the room, the actor and the message of a change by the viewer. Throws NOT_FOUND for an unknown message. */
export async function changeOfMessage(context: Context, messageId: string) {
  const { userId: actorId } = requireViewer(context);
  const { log, presence } = context.services;
  const roomId = await log.messageRooms.of(messageId);
  if (roomId === null) throw messageRefusals.NO_MESSAGE();
  presence.activity.note(actorId);
  return { roomId, actorId, messageId };
}
