import {
  banned,
  type ChatError,
  idempotencyMismatch,
  muted,
  notFound,
  roomArchived,
  slowMode,
} from '../base/errors.ts';
import { newId } from '../base/ids.ts';
import { limits } from '../base/limits.ts';
import { requireText } from '../base/text.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import type { MessageRow } from '../graphql/nodes.ts';
import { type Draft, type SendOutcome, type SendRefusal, send } from '../log/changes/send.ts';

interface NewMessage {
  roomId: string;
  text: string;
  clientMessageId?: string | null;
  replyToId?: string | null;
}

/**
 * Writes a message to a room, and joins the room first if it is public. Resolves after the commit. If the
 * `clientMessageId` was used before, returns the first message with `isReplay`.
 * Throws INVALID_INPUT, NOT_FOUND, BANNED, MUTED, SLOW_MODE, ROOM_ARCHIVED, RATE_LIMITED, and IDEMPOTENCY_MISMATCH for another text or
 * reply.
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
  const id = newId();
  return {
    id,
    roomId,
    actorId,
    text: requireText(text, { path: ['text'], max: limits.messageMaxLength, multiline: true }),
    clientMessageId:
      clientMessageId == null ? id : requireText(clientMessageId, { path: ['clientMessageId'], max: 64 }),
    replyToId,
  };
}

function refusalOf(outcome: Extract<SendOutcome, { message: null }>): ChatError {
  if (outcome.verdict === 'MUTED') return muted(outcome.until, ['roomId']);
  if (outcome.verdict === 'SLOW_MODE') return slowMode(outcome.waitMs, ['roomId']);
  return refusals[outcome.verdict]();
}

const refusals: Record<SendRefusal, () => ChatError> = {
  NO_ROOM: () => notFound('room', ['roomId']),
  BANNED: () => banned(['roomId']),
  ARCHIVED: () => roomArchived(['roomId']),
  NOT_A_MEMBER: () => notFound('room', ['roomId']),
  NO_REPLY: () => notFound('message in this room', ['replyToId']),
};

/** Returns whether a repeated send equals the first one. The first text of an edited or deleted message is unknown. */
function isSame(first: MessageRow, { text, replyToId }: Draft): boolean {
  const isTextKnown = !first.editedAt && !first.deletedAt;
  return first.replyToId === replyToId && (!isTextKnown || first.text === text);
}
