import { describe, expect, test } from '@jest/globals';
import { isEmojiOnly, splitText } from '../src/log/split-text.ts';

/** Writes the parts in short: `text`, `<link>`, `[code]` and `{block}`. */
function short(text: string): string[] {
  return splitText(text).map((part) => {
    if (part.type === 'link') return `<${part.text}>`;
    if (part.type === 'code') return `[${part.text}]`;
    return part.type === 'block' ? `{${part.text}}` : part.text;
  });
}

describe('a text is split into', () => {
  test.each<[string, string[]]>([
    ['', []],
    ['hello\nworld', ['hello\nworld']],
    ['<b>bold</b> &amp; <img onerror=x>', ['<b>bold</b> &amp; <img onerror=x>']],
    ['see https://a.example/b?c=d#e now', ['see ', '<a.example/b?c=d#e>', ' now']],
    ['(https://a.example).', ['(', '<a.example>', ').']],
    ['https://a.example/x_(y)!', ['<a.example/x_(y)>', '!']],
    ['http://A.example/', ['<a.example>']],
    ['https://bank.example@evil.example/x', ['<evil.example/x>']],
    ['https://evil.example\\@bank.example/x', ['<evil.example/@bank.example/x>']],
    ['https://bank.ex\u0430mple/\u00e3', ['<bank.xn--exmple-4nf/%C3%A3>']],
    ['https://a.example/S\u00e3o?x#y', ['<a.example/S\u00e3o?x#y>']],
    ['https://a.example:443?x', ['<a.example/?x>']],
    ['javascript:alert(1) data:text/html,x ftp://x', ['javascript:alert(1) data:text/html,x ftp://x']],
    ['https:// https://[', ['https:// https://[']],
    ['xhttps://a.example', ['xhttps://a.example']],
    ['a `b` c', ['a ', '[b]', ' c']],
    ['`https://a.example`', ['[https://a.example]']],
    ['a ` b', ['a ` b']],
    ['`a\nb` c`', ['`a\nb', '[ c]']],
    ['```\na\n  b\n```', ['{a\n  b}']],
    ['x\n```js\na `b` https://a.example\n```\ny', ['x', '{a `b` https://a.example}', 'y']],
    ['```a```', ['{a}']],
    ['``` open', ['``` open']],
    ['``````', ['``````']],
  ])('%j', (text, parts) => {
    expect(short(text)).toEqual(parts);
  });
});

test('a long address is shown shortened, and leads to all of it', () => {
  const [link] = splitText(`https://a.example/${'b'.repeat(100)}`);

  expect(link).toEqual({ type: 'link', text: expect.stringMatching(/^a\.example\/b{49}…$/), href: expect.any(String) });
  expect(link).toHaveProperty('href', `https://a.example/${'b'.repeat(100)}`);
});

test('a long host is shown whole, so that its end cannot be hidden', () => {
  const host = `bank.example.${'a'.repeat(60)}.evil.example`;
  expect(short(`https://${host}/path`)).toEqual([`<${host}…>`]);
});

test('an address ends before signs that turn the direction of text', () => {
  expect(short('https://a.example/\u202egpj.exe')).toEqual(['<a.example>', '\u202egpj.exe']);
});

describe('splitting takes time in proportion to the length of', () => {
  test.each(['`', '``', '```', '`a', '` `', '```\n', 'https://', 'https://a.example/(', 'http://a.b).,;!', '(', '👍'])(
    '%j again and again',
    (piece) => {
      const steps = (count: number) => {
        const started = process.cpuUsage();
        splitText(piece.repeat(count));
        return process.cpuUsage(started).user;
      };
      steps(10_000); // compiled

      expect(steps(80_000)).toBeLessThan(40 * Math.max(2000, steps(10_000))); // quadratic: 64 times
    },
  );
});

test.each<[string, boolean]>([
  ['👍', true],
  ['👍🏽 ❤️ 👨‍👩‍👧', true],
  ['🇧🇷', true],
  ['👍👍👍👍', false],
  ['👍 ok', false],
  ['3', false],
  ['', false],
])('%j is emoji only: %j', (text, isOnly) => {
  expect(isEmojiOnly(text)).toBe(isOnly);
});
