import type { Language } from '../words/language.tsx';
import type { Message } from './message.ts';
import { plainText } from './plain-text.ts';

const textMaxLength = 500;

/** Returns what a screen reader says about a row: who, when, what, and what happened to it. */
export function rowLabel(message: Message, isOwn: boolean, { words, formats }: Language): string {
  const { author, text, replyTo, editedAt, reactionGroups, isHidden } = message;
  const reactions = reactionGroups.reduce((sum, { count }) => sum + count, 0);
  const parts = [
    isOwn ? words.you : author?.displayName,
    formats.time(message.createdAt),
    isHidden ? words.log.hidden : text === null ? words.log.deleted : plainText(text, textMaxLength),
    replyTo?.author && words.log.replyTo(replyTo.author.displayName),
    editedAt && text !== null && !isHidden && words.log.edited,
    reactions > 0 && words.log.reactions(formats.number(reactions), reactions),
  ];
  return parts.filter(Boolean).join(', ');
}
