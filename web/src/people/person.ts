export type PresenceStatus = 'ONLINE' | 'IDLE' | 'DO_NOT_DISTURB' | 'OFFLINE';
export type RoomKind = 'CHANNEL' | 'STREAM' | 'GROUP' | 'DIRECT' | 'SUPPORT';
export type RoomRole = 'OWNER' | 'MODERATOR' | 'MEMBER';

/** What is shown of a user. */
export interface Person {
  id: string;
  displayName: string;
  /** Left out where it is not shown. */
  kind?: 'BOT' | 'GUEST' | 'HUMAN';
}

/** Returns one or two letters for a name: of its first and of its last word, of one word alone, or one joined letter. */
export function initials(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  const first = letterOf(words[0] ?? name);
  if (words.length < 2 || isJoined(first)) return first;
  return first + letterOf(words.at(-1)!);
}

function letterOf(word: string): string {
  const [letter = ''] = word;
  return letter.toLocaleUpperCase();
}

/** Returns whether letters of this script are written joined: two of them side by side would read as a word. */
function isJoined(letter: string): boolean {
  return /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Thai}]/u.test(letter);
}

/** Returns the hue of a person's circle, in steps of five degrees, always the same for an id. */
export function hueOf(id: string): number {
  let hash = 0;
  for (let at = 0; at < id.length; at++) hash = (Math.imul(hash, 31) + id.charCodeAt(at)) >>> 0;
  return (hash % 72) * 5;
}
