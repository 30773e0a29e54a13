import { TooLateError, withDeadline } from '../base/deadlines.ts';
import { startAnswerMs } from './timeouts.ts';

/**
 * Runs a statement when the server starts. A working database answers it at once. Rejects with one line if it takes too
 * long.
 */
export async function withStartDeadline<Result>(work: () => Promise<Result>, ms = startAnswerMs): Promise<Result> {
  return withDeadline(work, ms).catch((error) => {
    throw error instanceof TooLateError ? new Error('The database does not answer. Check that it works.') : error;
  });
}
