import { invalidInput } from './errors.ts';

interface Bounds {
  /** Input field, for the error. */
  path: readonly string[];
  /** In characters (Unicode code points), after trimming. */
  max: number;
  /** Whether line breaks, tabs and other control characters may stand in it; NUL never may. */
  multiline?: boolean;
}

// What has no shape of its own: spaces, control and format characters, fillers, marks that need a letter to stand on.
const visible = /[^\s\p{Cc}\p{Cf}\p{M}\p{Default_Ignorable_Code_Point}]/u;
const controlInLine = /[\p{Cc}\u2028\u2029]/u;

/**
 * The text without white space around it, otherwise exactly as it came: 1 to `max` characters with something to see.
 * Throws INVALID_INPUT.
 */
export function requireText(value: string, { path, max, multiline = false }: Bounds): string {
  const text = value.trim();
  const length = [...text].length;
  if (!text.isWellFormed()) throw invalidInput('The text has half of a surrogate pair in it.', path, 'wellFormed');
  if (!visible.test(text)) throw invalidInput('The text is empty.', path, 'minLength');
  if (length > max) throw invalidInput(`The text has ${length} characters; the limit is ${max}.`, path, 'maxLength');
  if (text.includes('\0')) throw invalidInput('The text has a NUL character in it.', path, 'noNul');
  if (!multiline && controlInLine.test(text)) {
    throw invalidInput('The text has line breaks or control characters in it.', path, 'singleLine');
  }
  return text;
}

/**
 * What to search by: without white space around it, null if nothing is left. At most 100 characters, which the database
 * then need not look for in vain. Throws INVALID_INPUT.
 */
export function searchText(value: string | null | undefined, path: readonly string[]): string | null {
  return value?.trim() ? requireText(value, { path, max: 100 }) : null;
}

/** The text as it must stand in a LIKE pattern, where it means itself. */
export function likeText(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

/** An absolute http or https address of at most 2,048 characters. Throws INVALID_INPUT. */
export function requireWebAddress(value: string, path: readonly string[]): string {
  // The parser quietly drops line breaks and encodes the rest; whoever reads the address as it came may not.
  const isPlain = value.isWellFormed() && !/[\s\p{Cc}]/u.test(value);
  const isWeb = isPlain && ['http:', 'https:'].includes(parsedUrl(value)?.protocol ?? '');
  if (!isWeb || value.length > 2048) {
    throw invalidInput('Expected an http or https address of at most 2,048 characters.', path, 'url');
  }
  return value;
}

/** Null for what is no address. Not by `URL.canParse`, which Node.js 20 gets wrong for letters like ü once it is optimised. */
export function parsedUrl(text: string, base?: string): URL | null {
  try {
    return new URL(text, base);
  } catch {
    return null;
  }
}

/** For what can be taken away: absent stays absent, null and empty become null, anything else is checked. */
export function clearable(
  value: string | null | undefined,
  check: (given: string) => string,
): string | null | undefined {
  if (value === undefined) return undefined;
  return value ? check(value) : null;
}
