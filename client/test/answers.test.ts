import { expect, test } from '@jest/globals';
import { type ErrorCode, ParleyError } from '../src/base/errors.ts';
import { afterError } from '../src/outbox/after-error.ts';

const after = (code: ErrorCode, more = {}, tries = 1) => afterError(new ParleyError({ code, ...more }), tries, 0.5);

test.each([
  ['RATE_LIMITED', { isRoomBusy: true }],
  ['SLOW_MODE', { isRoomBusy: false }],
] as const)('%s is waited for as told, and a little at random', (code, more) => {
  expect(after(code, { retryAfterMs: 400 })).toEqual({ kind: 'wait', ms: 525, until: 'time', ...more });
});

test('a server that says again and again to wait no time is not asked without end', () => {
  expect(after('RATE_LIMITED', { retryAfterMs: 0 }, 2)).toMatchObject({ ms: 1125 });
});

test.each(['UNKNOWN_OUTCOME', 'INTERNAL', 'TIMEOUT', 'NETWORK'] as const)('%s is sent again', (code) => {
  const waits = [1, 2, 3, 4, 5, 6, 7].map((tries) => after(code, {}, tries));

  expect(waits.map((next) => next.kind === 'wait' && next.ms)).toEqual([
    1000, 2000, 4000, 8000, 16_000, 30_000, 30_000,
  ]);
  expect(waits[0]).toMatchObject({ until: code === 'NETWORK' ? 'connection' : 'time', isRoomBusy: false });
});

test('UNAUTHENTICATED pauses', () => {
  expect(after('UNAUTHENTICATED')).toEqual({ kind: 'pause' });
});

test.each(['BANNED', 'MUTED', 'ROOM_ARCHIVED', 'FORBIDDEN'] as const)(
  '%s fails all that waits for the room',
  (code) => {
    expect(after(code)).toEqual({ kind: 'fail', isRoomClosed: true });
  },
);

test('NOT_FOUND fails all if it is the room, and one message if it is the reply', () => {
  expect(after('NOT_FOUND', { path: ['input', 'roomId'] })).toEqual({ kind: 'fail', isRoomClosed: true });
  expect(after('NOT_FOUND', { path: ['input', 'replyToId'] })).toEqual({ kind: 'fail', isRoomClosed: false });
});

test.each([
  'INVALID_INPUT',
  'BLOCKED',
  'PAYLOAD_TOO_LARGE',
  'CONFLICT',
  'EDIT_WINDOW_CLOSED',
  'IDEMPOTENCY_MISMATCH',
] as const)('%s fails one message', (code) => {
  expect(after(code)).toEqual({ kind: 'fail', isRoomClosed: false });
});
