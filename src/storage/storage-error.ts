import { type ChatError, rateLimited, unknownOutcome } from '../base/errors.ts';
import { failureOf } from './failures.ts';

const retryAfterMs = 1000;

/** What to tell the caller of something that reads and failed because the database cannot be had; null for any other failure. */
export function unavailable(error: unknown): ChatError | null {
  return isUnavailable(error) ? rateLimited('The database does not answer just now. Try again.', retryAfterMs) : null;
}

/** Whether the database cannot be had just now, or somebody holds what is needed. */
export function isUnavailable(error: unknown): boolean {
  return ['NOT_DONE', 'TIMED_OUT', 'LOST'].includes(failureOf(error) ?? '');
}

/** What to tell the caller of a change that the database could not make just now; null for any other failure. */
export function storageError(error: unknown): ChatError | null {
  switch (failureOf(error)) {
    case 'LOST':
      return unknownOutcome('The database did not answer: this may have been done or not. Look before you repeat it.');
    case 'NOT_DONE':
      return rateLimited('The database cannot be reached just now; nothing was done.', retryAfterMs);
    case 'TIMED_OUT':
    case 'CONFLICT':
      return rateLimited('Somebody else is changing the same just now; nothing was done.', retryAfterMs);
    case 'UNIQUE':
    case null:
      return null;
  }
}
