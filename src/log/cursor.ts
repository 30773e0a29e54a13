import { invalidInput } from '../base/errors.ts';
import type { Position } from '../live/log.ts';

/** Returns the cursor that clients get for a position. Without a time, it is a cursor of version 0.1, which had no times. */
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
  // A cursor of version 0.1 has no time. Without it, the server cannot tell to which history the cursor belongs.
  return { epoch, eventNumber: Number(eventNumber), at: at === undefined ? null : Number(at) };
}
