import { keep, kept } from '../app/keep.ts';
import { oftenUsed } from './first-emoji.ts';

const most = 8;

/** Returns the emoji that this browser's user used last, the newest first, and after them what many use. */
export function lastEmoji(): string[] {
  const own = (kept('emoji') ?? '').split(' ').filter(Boolean);
  return [...own, ...oftenUsed.filter((emoji) => !own.includes(emoji))].slice(0, most);
}

export function noteEmoji(emoji: string): void {
  keep('emoji', [emoji, ...lastEmoji().filter((other) => other !== emoji)].slice(0, most).join(' '));
}
