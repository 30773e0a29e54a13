import { newId } from '../base/ids.ts';
import { requireText } from '../base/text.ts';

/** Returns a display name, trimmed: one line of 1 to 80 characters. Throws INVALID_INPUT. */
export function requireDisplayName(value: string): string {
  return requireText(value, { path: ['displayName'], max: 80 });
}

/**
 * Returns a new, unique username for a display name: `Ada Lovelace` gives `ada-lovelace-` and random letters. `otherwise`
 * replaces a name without Latin letters.
 */
export function guestUsername(displayName: string, otherwise = 'guest'): string {
  const ascii = displayName.normalize('NFKD').toLowerCase().replace(/\p{M}/gu, '');
  const words = ascii.split(/[^a-z0-9]+/).filter(Boolean);
  const stem = words.join('-').slice(0, 32).replace(/-$/, '') || otherwise;
  return `${stem}-${newId().slice(-10)}`;
}
