import { withoutRefused } from '../base/display-text.ts';
import { displayNameMaxLength, requireDisplayName } from './display-name.ts';
import { guestUsername, type Username, usernameLike } from './usernames.ts';

/** Characters of a claimed name that are read; a claim may be very long. */
const readMaxLength = 1000;

/**
 * Returns a display name made of what an identity provider claims: without the characters that a name may not have, cut, and
 * without the domain of an email address. Null if nothing is left of it.
 */
export function acceptableDisplayName(claimed: unknown): string | null {
  if (typeof claimed !== 'string') return null;
  const plain = withoutDomain(claimed).toWellFormed();
  const oneLine = plain.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  const cut = [...oneLine].slice(0, displayNameMaxLength).join('');
  try {
    return requireDisplayName(withoutRefused(cut));
  } catch {
    return null;
  }
}

/** The usernames to try for a new user. */
interface Usernames {
  wanted: Username;
  /** Contains random letters, so nobody has it. */
  otherwise: Username;
}

/** Returns the part of an email address before the @, and any other text as it is: names are public. */
export function withoutDomain(name: string): string {
  const text = name.slice(0, readMaxLength);
  const at = text.indexOf('@');
  return at > 0 && !/\s/.test(text) ? text.slice(0, at) : text;
}

/** Returns usernames for a new user with this `preferred_username` and display name. */
export function usernamesFor({ username, displayName }: Record<'username' | 'displayName', string | null>): Usernames {
  const wanted = usernameLike(withoutDomain(username ?? ''));
  const otherwise = guestUsername(wanted?.username || displayName || '', 'user');
  return { wanted: wanted ?? otherwise, otherwise };
}
