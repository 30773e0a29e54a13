import { requireDisplayText } from '../base/display-text.ts';
import { foldText } from '../base/names.ts';

/** The most characters of a display name (Unicode code points). */
export const displayNameMaxLength = 80;

/** Returns a display name, trimmed: one line of 1 to 80 characters. Throws INVALID_INPUT. */
export function requireDisplayName(value: string, path: readonly string[] = ['displayName']): string {
  return requireDisplayText(value, { path, max: displayNameMaxLength });
}

/** Returns the columns of a user that a display name determines. */
export function displayNameColumns(displayName: string): { displayName: string; searchName: string } {
  return { displayName, searchName: foldText(displayName) };
}
