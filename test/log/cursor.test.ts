import { expect, test } from '@jest/globals';
import { newId } from '../../src/base/ids.ts';
import { parseStreamCursor, streamCursor } from '../../src/log/cursor.ts';

const epoch = newId();
const encoded = (text: string) => Buffer.from(text).toString('base64url');

test.each([
  [0, 0],
  [1, 1_796_000_000_000],
  [41, 1_796_000_000_001],
  [2_147_483_647, 8_640_000_000_000_000 - 1],
])('a cursor names its position, after event %i, and the time of that event', (eventNumber, at) => {
  expect(parseStreamCursor(streamCursor({ epoch, eventNumber, at }))).toEqual({ epoch, eventNumber, at });
});

test('a cursor of an earlier version does not say when its event happened', () => {
  expect(parseStreamCursor(encoded(`event:${epoch}:41`))).toEqual({ epoch, eventNumber: 41, at: null });
});

test('a cursor without a time is returned unchanged', () => {
  const cursor = encoded(`event:${epoch}:41`);

  expect(streamCursor(parseStreamCursor(cursor))).toBe(cursor);
});

test('a cursor needs no encoding in a URL or a header', () => {
  for (let eventNumber = 0; eventNumber < 1000; eventNumber += 1) {
    expect(streamCursor({ epoch, eventNumber, at: 1_796_000_000_000 + eventNumber })).toMatch(/^[\w-]+$/);
  }
});

test.each([
  ['nothing', ''],
  ['no cursor', 'hello'],
  ['a page cursor', encoded('message:41')],
  ['a global id', encoded(`Room:${epoch}`)],
  ['one without a number', encoded(`event:${epoch}:`)],
  ['one without an epoch', encoded('event::41')],
  ['one with a negative number', encoded(`event:${epoch}:-1`)],
  ['one with a fraction', encoded(`event:${epoch}:1.5`)],
  ['one with more after it', encoded(`event:${epoch}:41:1:1`)],
  ['one with no instant', encoded(`event:${epoch}:41:now`)],
  ['one with an instant beyond all time', encoded(`event:${epoch}:41:99999999999999999999`)],
  ['one with a number that no room comes to', encoded(`event:${epoch}:2147483648`)],
  ['one with a number beyond all numbers', encoded(`event:${epoch}:99999999999999999999`)],
])('a string that is not a stream cursor is refused: %s', (_what, cursor) => {
  expect(() => parseStreamCursor(cursor)).toThrow(
    expect.objectContaining({ code: 'INVALID_INPUT', inputPath: ['after'], constraint: 'cursor' }),
  );
});
