import { rightMissing } from '../access/refusals.ts';
import type { RoomPermission } from '../access/rights.ts';
import { type ChatError, forbidden, notFound } from '../base/errors.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import type { MessageRefusal } from '../log/changes/fragments.ts';

const path = ['messageId'];

/** Returns the error for a user who may not change a message. `permission`: what that takes. */
export function messageRefused(refusal: MessageRefusal, permission: RoomPermission): ChatError {
  if (refusal === 'NO_MESSAGE') return notFound('message', path);
  if (refusal === 'SYSTEM') return forbidden('System messages cannot be edited, deleted or reacted to.', path);
  return rightMissing({ refusal, permission }, path);
}

/** Returns the room, the actor and the message of a change by the viewer. Throws NOT_FOUND for an unknown message. */
export async function changeOfMessage(context: Context, messageId: string) {
  const { userId: actorId } = requireViewer(context);
  const { log, presence } = context.services;
  const roomId = await log.messageRooms.of(messageId);
  if (roomId === null) throw notFound('message', path);
  presence.activity.note(actorId);
  return { roomId, actorId, messageId };
}
