import unhomoglyph from 'unhomoglyph';
import { invalidInput } from '../base/errors.ts';
import { newId } from '../base/ids.ts';
import { foldText } from '../base/names.ts';

/** A username as it is stored. */
export interface Username {
  /** Folded, so that it is equal for all spellings in other case or composition. */
  username: string;
  /** Equal for all usernames that look alike. No two users have the same. */
  skeleton: string;
}

/** Letters, marks and digits of any script, and `.`, `_` and `-` between them. A folded username has no A to Z. */
export const usernamePattern = /^(?![A-Z])[\p{L}\p{N}](?:(?![A-Z])[\p{L}\p{M}\p{N}._-]){0,63}$/u;

/** The most characters of a username (Unicode code points). */
const maxLength = 64;

/** Returns the username for what somebody chose: 1 to 64 letters, digits, `.`, `_` and `-`. Throws INVALID_INPUT. */
export function requireUsername(given: string, path: readonly string[] = ['username']): Username {
  const username = given.isWellFormed() ? foldText(given.trim()) : '';
  if (usernamePattern.test(username)) return withSkeleton(username);
  const message = `Expected 1 to ${maxLength} letters and digits of any script, “.”, “_” and “-”, beginning with a letter or digit.`;
  throw invalidInput(message, path, 'username');
}

/**
 * Returns a username like what an identity provider calls the user: without accents on Latin letters, and without the
 * characters that usernames do not have; null if nothing is left of it. Another user may have it.
 */
export function usernameLike(given: string): Username | null {
  const plain = given
    .toWellFormed()
    .normalize('NFD')
    .replace(/(\p{Script=Latin})\p{M}+/gu, '$1');
  const words = foldText(plain).replace(/[^\p{L}\p{M}\p{N}._-]+/gu, '-');
  const begin = words.search(/[\p{L}\p{N}]/u);
  const letters = begin < 0 ? [] : [...words.slice(begin)].slice(0, maxLength);
  while ('._-'.includes(letters.at(-1) ?? ' ')) letters.pop();
  const username = letters.join('');
  return usernamePattern.test(username) ? withSkeleton(username) : null;
}

/**
 * Returns a new, unique username for a display name: `Ada Lovelace` gives `ada-lovelace-` and random letters. `otherwise`
 * replaces a name without Latin letters.
 */
export function guestUsername(displayName: string, otherwise = 'guest'): Username {
  const words = inAscii(displayName)
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
  const stem = words.join('-').slice(0, 32).replace(/-$/, '') || otherwise;
  return withSkeleton(`${stem}-${newId().slice(-10)}`);
}

/**
 * Returns the skeleton of a folded username, by Unicode Technical Standard 39, section 4: two usernames look alike if
 * their skeletons are equal. The standard's prototypes are partly capitals (0 gives O), and usernames have none: so each is
 * folded, and replaced once more. The table of confusables is in the package `unhomoglyph`.
 */
export function skeletonOf(username: string): string {
  const prototype = foldText(unhomoglyph(username.normalize('NFD')));
  return foldText(unhomoglyph(prototype.normalize('NFD'))).normalize('NFD');
}

function withSkeleton(username: string): Username {
  return { username, skeleton: skeletonOf(username) };
}

/** Returns the text in lower case and without accents, so that most Latin letters are ASCII. */
function inAscii(text: string): string {
  return text.normalize('NFKD').toLowerCase().replace(/\p{M}/gu, '');
}
