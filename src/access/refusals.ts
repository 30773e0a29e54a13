import { banned, type ChatError, forbidden, notFound } from '../base/errors.ts';
import type { Standing } from './standing.ts';

/** Throws NOT_FOUND or BANNED unless the standing allows reading. `path`: the input field that names the room. */
export function requireReading(standing: Standing, path: readonly string[]): void {
  if (standing === 'banned') throw banned(path);
  if (standing === 'outsider') throw notFound('room', path);
}

/** Returns the error for a reader who does what only members may do. */
export function notAMember(path: readonly string[]): ChatError {
  return forbidden('Only members of the room can do this. Join it first.', path);
}
