import { expect, test } from '@jest/globals';
import { isUuid7, messageId, newClientMessageId } from '../src/base/ids.ts';

test('ids are UUIDv7 and rise, whatever the clock does', () => {
  const clock = [1000, 1000, 999, 5, 2_000_000_000_000, 3];
  const ids = [...clock, ...Array<number>(10_000).fill(7)].map((now) => newClientMessageId(now));

  expect(ids.every(isUuid7)).toBe(true);
  expect(ids).toEqual([...new Set(ids)].sort());
});

test('the id of a message is the global id that the server makes of it', () => {
  const uuid = newClientMessageId();
  expect(messageId(uuid)).toBe(Buffer.from(`Message:${uuid}`).toString('base64url'));
});
