import { describe, expect, test } from '@jest/globals';
import { nextFrames, nextPrefix, SharedFrames, textFrame } from '../../src/transport/frames.ts';
import { received } from '../support/receiver.ts';

const payload = (value: unknown) => Buffer.from(JSON.stringify(value));
const nextOf = (id: string, ...values: unknown[]) => values.map((value) => ({ id, type: 'next', payload: value }));

/** A payload that makes a message of exactly so many bytes, with the operation id `1`. */
function payloadFor(bytes: number): string {
  const frame = nextPrefix('1').length + '""}'.length;
  return 'x'.repeat(bytes - frame);
}

test.each([
  ['the shortest', 60, 2],
  ['the longest with a header of 2 bytes', 125, 2],
  ['the shortest with a header of 4 bytes', 126, 4],
  ['the longest with a header of 4 bytes', 65_535, 4],
  ['the shortest with a header of 10 bytes', 65_536, 10],
  ['a long one', 1_000_000, 10],
])('%s message, of %i bytes, is one text frame', async (_what, bytes, header) => {
  const value = payloadFor(bytes);
  const frames = nextFrames(nextPrefix('1'), [payload(value)]);

  expect(frames.length).toBe(header + bytes);
  expect(await received(frames)).toEqual(nextOf('1', value));
});

test('texts of all sizes become one frame each', async () => {
  const texts = [0, 1, 60, 125, 126, 40_000, 70_000].map((length) => 'é\ud800x'.repeat(length));

  const frames = texts.map((text) => textFrame(JSON.stringify(text)));

  expect(await received(Buffer.concat(frames))).toEqual(texts);
});

test('many frames of all sizes go into one buffer, in order', async () => {
  const values = Array.from({ length: 200 }, (_, n) => ({ n, text: 'é'.repeat((n * 7919) % 40_000) }));

  const frames = nextFrames(nextPrefix('log'), values.map(payload));

  expect(await received(frames)).toEqual(nextOf('log', ...values));
});

test('frames that arrive in pieces can be read', async () => {
  const frames = nextFrames(nextPrefix('1'), ['one', payloadFor(126), { three: 3 }].map(payload));

  const bytes = Array.from(frames, (_, index) => frames.subarray(index, index + 1));

  expect(await received(...bytes)).toEqual(nextOf('1', 'one', payloadFor(126), { three: 3 }));
});

test.each([
  ['a quotation mark', '"'],
  ['a backslash', '\\'],
  ['control characters', '\u0000\n'],
  ['a line separator', '\u2028'],
  ['an emoji', '👋🏽'],
  ['10,000 characters', 'x'.repeat(10_000)],
])('an operation id of %s is returned unchanged', async (_what, id) => {
  const frames = nextFrames(nextPrefix(id), [payload('a'), payload('b')]);

  expect(await received(frames)).toEqual(nextOf(id, 'a', 'b'));
});

test('no payloads result in no bytes', () => {
  expect(nextFrames(nextPrefix('1'), []).length).toBe(0);
});

describe('shared frames', () => {
  const payloads = ['one', payloadFor(126), { three: 'é'.repeat(70_000) }].map(payload);

  test('every operation gets its own frames', () => {
    const frames = SharedFrames.of(payloads);
    for (const id of ['a', 'b', 'b', 'a longer one', 'another, as', 'c', 'é', '👋', '"', 'd']) {
      // Jest compares buffers byte by byte, a hundred times as slowly.
      expect(frames.under(nextPrefix(id)).equals(nextFrames(nextPrefix(id), payloads))).toBe(true);
    }
  });

  test('they share memory, except those that are kept', () => {
    const frames = SharedFrames.of([...payloads]);
    const first = frames.under(nextPrefix('1'));
    const second = frames.under(nextPrefix('2'));
    expect(second).toBe(first);
    frames.keep();

    const third = frames.under(nextPrefix('3'));

    expect(third).not.toBe(second);
    expect(second.equals(nextFrames(nextPrefix('2'), payloads))).toBe(true);
    expect(frames.under(nextPrefix('4'))).toBe(third);
  });
});
