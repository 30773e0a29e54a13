import { invalidInput } from './errors.ts';

export interface Bounds {
  /** The input field, for the error. */
  path: readonly string[];
  /** In characters (Unicode code points), after trimming. */
  max: number;
  /** Whether line breaks, tabs and other control characters are allowed; NUL never is. */
  multiline?: boolean;
}

// Everything but spaces, control and format characters, fillers, and marks that need a letter.
const visible = /[^\s\p{Cc}\p{Cf}\p{M}\p{Default_Ignorable_Code_Point}]/u;
const controlInLine = /[\p{Cc}\u2028\u2029]/u;

/**
 * Returns the text without white space around it, otherwise unchanged: 1 to `max` characters, at least one of them
 * visible. Throws INVALID_INPUT.
 */
export function requireText(value: string, { path, max, multiline = false }: Bounds): string {
  const text = value.trim();
  const length = [...text].length;
  if (!text.isWellFormed()) throw invalidInput('The text contains half of a surrogate pair.', path, 'wellFormed');
  if (!visible.test(text)) throw invalidInput('The text is empty.', path, 'minLength');
  if (length > max) throw invalidInput(`The text has ${length} characters; the limit is ${max}.`, path, 'maxLength');
  if (text.includes('\0')) throw invalidInput('The text contains a NUL character.', path, 'noNul');
  if (!multiline && controlInLine.test(text)) {
    throw invalidInput('The text contains line breaks or control characters.', path, 'singleLine');
  }
  return text;
}

/**
 * Returns the text of a search without white space around it; null if nothing is left. Throws INVALID_INPUT, also for
 * more than 100 characters, which could not match anything.
 */
export function searchText(value: string | null | undefined, path: readonly string[]): string | null {
  return value?.trim() ? requireText(value, { path, max: 100 }) : null;
}

/** Returns the text escaped for a LIKE pattern. */
export function likeText(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

/** Returns the text if it is an absolute http or https address of at most 2,048 characters. Throws INVALID_INPUT. */
export function requireWebAddress(value: string, path: readonly string[]): string {
  // The parser drops line breaks and encodes other characters silently; clients that get the original text may not, and
  // quotes or brackets could end an attribute of theirs.
  const isPlain = value.isWellFormed() && !/[\s\p{Cc}"<>\\^`{|}]/u.test(value);
  const isWeb = isPlain && ['http:', 'https:'].includes(parsedUrl(value)?.protocol ?? '');
  if (!isWeb || value.length > 2048) {
    throw invalidInput('Expected an http or https URL of at most 2,048 characters.', path, 'url');
  }
  return value;
}

/**
 * Returns the parsed address; null if the text is not an address. `URL.canParse` would not do: in Node.js 20 it returns a
 * wrong answer for letters like ü once it is optimised.
 */
export function parsedUrl(text: string, base?: string): URL | null {
  try {
    return new URL(text, base);
  } catch {
    return null;
  }
}

/** Returns the checked value of a field that can be cleared: undefined stays undefined, null and empty become null. */
export function clearable(
  value: string | null | undefined,
  check: (given: string) => string,
): string | null | undefined {
  if (value === undefined) return undefined;
  return value ? check(value) : null;
}
