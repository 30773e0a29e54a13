import { expect, test } from '@jest/globals';
import { requireEmoji } from '../../src/messages/emoji.ts';

const emojiOf = (given: string) => requireEmoji(given, ['emoji']);

test.each([
  ['a plain one', '👍'],
  ['one with a skin tone', '👩🏽‍🚀'],
  ['a family', '👨‍👩‍👧‍👦'],
  ['a flag of a country', '🇵🇹'],
  ['a flag of a region', '🏴󠁧󠁢󠁳󠁣󠁴󠁿'],
  ['a keycap', '#️⃣'],
  ['a sign', '©️'],
  ['one newer than this Node.js', '\u{1faf9}'],
  ['one that Unicode has not given yet', '\u{1fa7f}'],
  ['a shortcode', ':+1:'],
  ['a shortcode of 64 characters', `:${'x'.repeat(62)}:`],
])('%s is taken as it is', (_what, given) => {
  expect(emojiOf(given)).toBe(given);
});

test.each([
  ['a heart without its variation selector', '❤', '❤️'],
  ['a heart that is to be shown as text', '❤\ufe0e', '❤️'],
  ['a thumb with a selector too many', '👍\ufe0f', '👍'],
  ['an eye in a speech bubble', '👁\u200d🗨', '👁️‍🗨️'],
  ['a pointing finger with a tone and a selector', '☝\ufe0f🏽', '☝🏽'],
  ['a keycap', '1\u20e3', '1️⃣'],
  ['a shortcode in capitals', ':Tada:', ':tada:'],
])('%s is the same as without', (_what, given, emoji) => {
  expect(emojiOf(given)).toBe(emoji);
  expect(emojiOf(emoji)).toBe(emoji);
});

test.each([
  ['nothing', ''],
  ['a letter', 'a'],
  ['a letter with an accent', 'e\u0301'],
  ['a digit', '1'],
  ['a word', 'thumbsup'],
  ['two emojis', '👍👍'],
  ['two emojis joined as none are', '😀\u200d😀'],
  ['an emoji and a letter', '👍a'],
  ['an emoji with space around it', ' 👍 '],
  ['half a flag', '🇵'],
  ['a flag of no country', '🇽🇽'],
  ['a joiner alone', '\u200d'],
  ['half of an emoji', '\ud83d'],
  ['a NUL', '\0'],
  ['a symbol that is no emoji', '☙'],
  ['an empty shortcode', '::'],
  ['a shortcode with a space', ':thumbs up:'],
  ['two shortcodes', ':one::two:'],
])('%s is refused', (_what, given) => {
  expect(() => emojiOf(given)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', constraint: 'emoji' }));
});

test.each([
  ['a shortcode of 65 characters', `:${'x'.repeat(63)}:`],
  ['an emoji with 10,000 joiners', '👨\u200d'.repeat(10_000)],
])('%s is too long', (_what, given) => {
  expect(() => emojiOf(given)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', constraint: 'maxLength' }));
});
