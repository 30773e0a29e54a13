import { invalidInput } from '../base/errors.ts';
import type { Position } from '../live/log.ts';

/** The position as clients get it: opaque to them. One whose instant is not known is as an earlier version gave it. */
export function streamCursor({ epoch, eventNumber, at }: Position): string {
  const instant = at === null ? '' : `:${at}`;
  return Buffer.from(`event:${epoch}:${eventNumber}${instant}`).toString('base64url');
}

const pattern = /^event:([0-9a-f-]{36}):(\d{1,10})(?::(\d{1,16}))?$/;
/** The largest number of a GraphQL Int, and of an event. */
const maxEventNumber = 2 ** 31 - 1;

/** Undoes `streamCursor`. Throws INVALID_INPUT for what was never one, a page cursor included. */
export function parseStreamCursor(cursor: string): Position {
  const [, epoch, eventNumber, at] = pattern.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (!epoch || Number(eventNumber) > maxEventNumber) {
    throw invalidInput('Expected `after` to be a stream cursor of this server.', ['after'], 'cursor');
  }
  // Without an instant it is of an earlier version: nothing shows which history it is of.
  return { epoch, eventNumber: Number(eventNumber), at: at === undefined ? null : Number(at) };
}
