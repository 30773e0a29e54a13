import { invalidInput } from '../base/errors.ts';
import type { Position } from '../live/log.ts';

/**
 * Returns a position as an opaque text for clients. If the instant is unknown, the text has the format of an earlier
 * version of Parley.
 */
export function streamCursor({ epoch, eventNumber, at }: Position): string {
  const instant = at === null ? '' : `:${at}`;
  return Buffer.from(`event:${epoch}:${eventNumber}${instant}`).toString('base64url');
}

const pattern = /^event:([0-9a-f-]{36}):(\d{1,10})(?::(\d{1,16}))?$/;
/** The largest GraphQL Int, and so the largest number of an event. */
const maxEventNumber = 2 ** 31 - 1;

/** Returns the position of a stream cursor. Throws INVALID_INPUT for any other text, such as a page cursor. */
export function parseStreamCursor(cursor: string): Position {
  const [, epoch, eventNumber, at] = pattern.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (!epoch || Number(eventNumber) > maxEventNumber) {
    throw invalidInput('Expected `after` to be a stream cursor of this server.', ['after'], 'cursor');
  }
  // A cursor of an earlier version has no instant: nothing shows to which history it belongs.
  return { epoch, eventNumber: Number(eventNumber), at: at === undefined ? null : Number(at) };
}
