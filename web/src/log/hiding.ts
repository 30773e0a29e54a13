import type { Message } from './message.ts';

/** Made once for each message, so that rows that have not changed are not rendered again. */
const hidden = new WeakMap<Message, { message: Message; key: string }>();

/** Returns a message without what blocked people wrote: itself, or the message that it answers. */
export function hiding<M extends Message>(message: M, blocked: ReadonlySet<string> | null): M {
  const isBlocked = (author: Message['author'] | undefined) => author != null && blocked?.has(author.id) === true;
  const isHidden = isBlocked(message.author);
  const isReplyHidden = isBlocked(message.replyTo?.author);
  if (!isHidden && !isReplyHidden) return message;
  const key = `${isHidden} ${isReplyHidden}`;
  const known = hidden.get(message);
  if (known?.key === key) return known.message as M;
  const replyTo = message.replyTo && { ...message.replyTo, isHidden: isReplyHidden };
  const made = { ...message, isHidden, replyTo };
  hidden.set(message, { message: made, key });
  return made;
}
