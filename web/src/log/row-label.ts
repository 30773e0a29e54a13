import type { Language } from '../words/language.tsx';
import type { Message, OwnState } from './message.ts';
import { plainText } from './plain-text.ts';

interface Own {
  isOwn: boolean;
  state: OwnState | undefined;
}

/** Returns what a screen reader says about a row: who, when, what, and what happened to it. */
export function rowLabel(message: Message, { isOwn, state }: Own, { words, formats }: Language): string {
  const { author, text, replyTo, editedAt, reactionGroups, isHidden } = message;
  const reactions = reactionGroups.reduce((sum, { count }) => sum + count, 0);
  const parts = [
    isOwn ? words.you : author?.displayName,
    author?.kind === 'BOT' && words.bot,
    formats.time(message.createdAt),
    isHidden ? words.log.hidden : text === null ? words.log.deleted : plainText(text, text.length),
    replyTo?.author && !replyTo.isHidden && words.log.replyTo(replyTo.author.displayName),
    editedAt && text !== null && !isHidden && words.log.edited,
    reactions > 0 && words.log.reactions(formats.number(reactions), reactions),
    state && (state.type === 'failed' ? words.log.notSent(state.why) : words.log.sending),
  ];
  return parts.filter(Boolean).join(', ');
}
