import { invalidInput } from '../base/errors.ts';

const maxLength = 64;
const shortcode = /^:[a-z0-9_+-]+:$/;
const variationSelector = /[\ufe0e\ufe0f]/g;
// Matches emojis that are shown as text unless a variation selector follows, such as ❤ and ☝. With a skin tone, they
// are never shown as text.
const shownAsText = /(?!\p{Emoji_Presentation})\p{Emoji}(?!\p{Emoji_Modifier})/gu;
const known = String.raw`\p{RGI_Emoji}`;
/** Code points that Unicode reserves for emojis. Emojis that are newer than this Node.js are among them. */
const newer = String.raw`[\p{Extended_Pictographic}&&\p{Cn}]`;
const oneEmoji = new RegExp(`^(?:${known}|${newer})$`, 'v');

/**
 * Returns one emoji, fully qualified (Unicode Technical Standard 51), so that ❤ with and without its variation selector
 * are the same, or a `:shortcode:` in lower case. `path`: the input field, for the error. Throws INVALID_INPUT.
 */
export function requireEmoji(value: string, path: readonly string[]): string {
  const { length } = value;
  if (length > maxLength) throw invalidInput(`Got ${length} characters; the limit is ${maxLength}.`, path, 'maxLength');
  const code = value.toLowerCase();
  if (shortcode.test(code)) return code;
  const emoji = value.replace(variationSelector, '').replace(shownAsText, '$&\ufe0f');
  if (oneEmoji.test(emoji)) return emoji;
  throw invalidInput('Expected one emoji, or a `:shortcode:` of a-z, 0-9, _, + and hyphens.', path, 'emoji');
}
