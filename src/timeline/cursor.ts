import { invalidInput } from '../errors.ts';

/** A place in a room's log: after the event of this number, in the history that `epoch` names. */
export interface Position {
  epoch: string;
  eventNumber: number;
}

/** The position as clients get it: opaque to them. */
export function streamCursor({ epoch, eventNumber }: Position): string {
  return Buffer.from(`event:${epoch}:${eventNumber}`).toString('base64url');
}

const pattern = /^event:([0-9a-f-]{36}):(\d{1,10})$/;
/** The largest number of a GraphQL Int, and of an event. */
const maxEventNumber = 2 ** 31 - 1;

/** Undoes `streamCursor`. Throws INVALID_INPUT for what was never one, a page cursor included. */
export function parseStreamCursor(cursor: string): Position {
  const [, epoch, eventNumber] = pattern.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (!epoch || Number(eventNumber) > maxEventNumber) {
    throw invalidInput('`after` is not a stream cursor of this server.', ['after'], 'cursor');
  }
  return { epoch, eventNumber: Number(eventNumber) };
}
