import { type ChatError, conflict } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import type { Context } from '../graphql/context.ts';
import type { MessageRow } from '../graphql/nodes.ts';
import { type ReactRefusal, react } from '../log/changes/react.ts';
import { requireEmoji } from './emoji.ts';
import { changeOfMessage, messageRefused } from './refusals.ts';

interface ReactionChange {
  messageId: string;
  /** As the client sent it. */
  emoji: string;
}

/**
 * Adds a reaction of the viewer to a message; the same emoji again is not an error.
 * Throws INVALID_INPUT, NOT_FOUND, FORBIDDEN, MUTED, ROOM_ARCHIVED, and CONFLICT for a deleted message and for one that has
 * reached the limit of different emojis.
 */
export function addReaction(context: Context, reaction: ReactionChange): Promise<MessageRow> {
  return changeReaction(context, reaction, true);
}

/** Removes a reaction of the viewer; removing it again is not an error. Throws INVALID_INPUT, NOT_FOUND, FORBIDDEN, MUTED, ROOM_ARCHIVED. */
export function removeReaction(context: Context, reaction: ReactionChange): Promise<MessageRow> {
  return changeReaction(context, reaction, false);
}

async function changeReaction(context: Context, reaction: ReactionChange, isAdded: boolean): Promise<MessageRow> {
  const emoji = requireEmoji(reaction.emoji, ['emoji']);
  const change = await changeOfMessage(context, reaction.messageId);
  const { verdict, message } = await context.services.log.writer.write(react, { ...change, emoji, isAdded });
  if (!message) throw refusalOf(verdict);
  return message;
}

function refusalOf(verdict: ReactRefusal): ChatError {
  if (verdict === 'DELETED') return conflict('The message was deleted.', ['messageId']);
  if (verdict !== 'FULL') return messageRefused(verdict, 'REACT');
  return conflict(`A message can have at most ${limits.emojisPerMessage} different emojis.`, ['emoji']);
}
