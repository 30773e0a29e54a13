import { repeatMs } from '../base/backoff.ts';
import type { ParleyError } from '../base/errors.ts';

/** What happens to an entry of the outbox that the server has not accepted. */
export type Next =
  /** Send it again after `ms`, or as soon as there is a new connection (`until`). `isRoomBusy`: the whole room waits. */
  | { readonly kind: 'wait'; readonly ms: number; readonly until: 'time' | 'connection'; readonly isRoomBusy: boolean }
  /** Wait until there is a session. */
  | { readonly kind: 'pause' }
  /** `isRoomClosed`: everything that waits for this room fails too. */
  | { readonly kind: 'fail'; readonly isRoomClosed: boolean };

const closing = new Set(['BANNED', 'MUTED', 'ROOM_ARCHIVED', 'FORBIDDEN']);
const repeated = new Set(['UNKNOWN_OUTCOME', 'INTERNAL', 'NETWORK', 'TIMEOUT']);

/** Decides what to do about an error. `tries`: how often it was sent; `random`: 0 up to 1. */
export function afterError(error: ParleyError, tries: number, random: number): Next {
  const { code, retryAfterMs, path } = error;
  if (code === 'RATE_LIMITED' || code === 'SLOW_MODE')
    return {
      kind: 'wait',
      // Waits as long as the server says, but from the second try on at least a second.
      ms: Math.max(retryAfterMs ?? 1000, tries > 1 ? 1000 : 0) + random * 250,
      until: 'time',
      isRoomBusy: code === 'RATE_LIMITED',
    };
  if (repeated.has(code)) {
    const ms = repeatMs(Math.max(0, tries - 1), 30_000);
    return { kind: 'wait', ms, until: code === 'NETWORK' ? 'connection' : 'time', isRoomBusy: false };
  }
  if (code === 'UNAUTHENTICATED') return { kind: 'pause' };
  const isRoomMissing = code === 'NOT_FOUND' && path?.at(-1) === 'roomId';
  return { kind: 'fail', isRoomClosed: closing.has(code) || isRoomMissing };
}
