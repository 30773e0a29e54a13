import { invalidInput } from '../base/errors.ts';
import { newId } from '../base/ids.ts';

export const slugPattern = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const maxLength = 64;

/** Returns a valid slug: 1 to 64 lower-case letters and digits, and single hyphens between them. Throws INVALID_INPUT. */
export function requireSlug(slug: string): string {
  if (slugPattern.test(slug) && slug.length <= maxLength) return slug;
  const message = 'Expected 1 to 64 characters of a-z and 0-9, with single hyphens between them.';
  throw invalidInput(message, ['slug'], 'slug');
}

/** Returns a slug for a room's name: `Café & Bar` gives `cafe-bar`. */
export function slugOf(name: string): string {
  const ascii = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const words = ascii.split(/[^a-z0-9]+/).filter(Boolean);
  return words.join('-').slice(0, maxLength).replace(/-$/, '') || `room-${newId().slice(-10)}`;
}
