import { rightMissing } from '../access/refusals.ts';
import { type ChatError, idempotencyMismatch, notFound, slowMode } from '../base/errors.ts';
import { isUuidV7, newId } from '../base/ids.ts';
import { limits } from '../base/limits.ts';
import { requireText } from '../base/text.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import type { MessageRow } from '../graphql/nodes.ts';
import { type Draft, type SendOutcome, send } from '../log/changes/send.ts';

interface NewMessage {
  roomId: string;
  text: string;
  clientMessageId?: string | null;
  replyToId?: string | null;
}

/**
 * Writes a message to a room, and joins the room first if it is public. Resolves after the commit. If the
 * `clientMessageId` was used before, returns the first message with `isReplay`.
 * Throws INVALID_INPUT, NOT_FOUND, BANNED, MUTED, SLOW_MODE, ROOM_ARCHIVED, RATE_LIMITED, FORBIDDEN if only moderators post,
 * and IDEMPOTENCY_MISMATCH for another text or reply, or if a message of another author or room has the id.
 */
export async function sendMessage(
  context: Context,
  input: NewMessage,
): Promise<{ message: MessageRow; isReplay: boolean }> {
  const draft = draftOf(requireViewer(context).userId, input);
  const outcome = await context.services.log.writer.write(send, draft);
  const { verdict, message } = outcome;
  context.services.presence.activity.note(draft.actorId);
  if (!message) throw refusalOf(outcome);
  if (verdict === 'WRITTEN') return { message, isReplay: false };
  if (!isSame(message, draft)) throw idempotencyMismatch(['clientMessageId']);
  return { message, isReplay: true };
}

function draftOf(actorId: string, { roomId, text, clientMessageId, replyToId = null }: NewMessage): Draft {
  const reference =
    clientMessageId == null ? null : requireText(clientMessageId, { path: ['clientMessageId'], max: 64 });
  const isIdChosen = reference !== null && isUuidV7(reference);
  const id = isIdChosen ? reference : newId();
  return {
    id,
    isIdChosen,
    roomId,
    actorId,
    text: requireText(text, { path: ['text'], max: limits.messageMaxLength, multiline: true }),
    clientMessageId: reference ?? id,
    replyToId,
  };
}

function refusalOf(outcome: Extract<SendOutcome, { message: null }>): ChatError {
  const { verdict } = outcome;
  if (verdict === 'SLOW_MODE') return slowMode(outcome.waitMs, ['roomId']);
  if (verdict === 'TAKEN') return idempotencyMismatch(['clientMessageId']);
  if (verdict === 'NO_REPLY') return notFound('message in this room', ['replyToId']);
  // A public room that the author could not join.
  if (verdict === 'NOT_A_MEMBER') return notFound('room', ['roomId']);
  const until = verdict === 'MUTED' || verdict === 'BANNED' ? outcome.until : null;
  return rightMissing({ refusal: verdict, permission: 'SEND_MESSAGE', until }, ['roomId']);
}

/** Returns whether a repeated send equals the first one. The first text of an edited or deleted message is unknown. */
function isSame(first: MessageRow, { text, replyToId }: Draft): boolean {
  const isTextKnown = !first.editedAt && !first.deletedAt;
  return first.replyToId === replyToId && (!isTextKnown || first.text === text);
}
