import { type ChatError, rateLimited, unknownOutcome } from '../base/errors.ts';
import { failureOf } from './failures.ts';

/** Returns the error for the caller of a failed read if the database is unavailable; null for any other failure. */
export function unavailable(error: unknown): ChatError | null {
  return isUnavailable(error) ? rateLimited('The database does not answer at the moment. Try again.') : null;
}

/** Returns whether the database is unavailable, or another transaction holds a lock. */
export function isUnavailable(error: unknown): boolean {
  return ['NOT_DONE', 'TIMED_OUT', 'LOST'].includes(failureOf(error) ?? '');
}

/** Returns the error for the caller of a change that the database could not make; null for any other failure. */
export function storageError(error: unknown): ChatError | null {
  switch (failureOf(error)) {
    case 'LOST':
      return unknownOutcome(
        'The database did not answer: the change may be stored or not. Check before you repeat it.',
      );
    case 'NOT_DONE':
      return rateLimited('The database is unavailable at the moment; nothing was changed. Try again.');
    case 'TIMED_OUT':
    case 'CONFLICT':
      return rateLimited('Another change is using the same data; nothing was changed. Try again.');
    case 'UNIQUE':
    case null:
      return null;
  }
}
