import { invalidInput } from '../base/errors.ts';
import { newId } from '../base/ids.ts';

export const slugPattern = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const maxLength = 64;

/** A slug as given: lower-case letters and digits in groups joined by single hyphens, 1 to 64. Throws INVALID_INPUT. */
export function requireSlug(slug: string): string {
  if (slugPattern.test(slug) && slug.length <= maxLength) return slug;
  const message = 'Expected 1 to 64 characters of a-z and 0-9, with single hyphens between them.';
  throw invalidInput(message, ['slug'], 'slug');
}

/** The slug of a room that was given a name only: `Café & Bar` gives `cafe-bar`. */
export function slugOf(name: string): string {
  const ascii = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const words = ascii.split(/[^a-z0-9]+/).filter(Boolean);
  return words.join('-').slice(0, maxLength).replace(/-$/, '') || `room-${newId().slice(-10)}`;
}
