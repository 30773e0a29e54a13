import { TooLateError, withDeadline } from '../base/deadlines.ts';
import { startAnswerMs } from './timeouts.ts';

/** Runs a statement of the start that a working database answers at once. Rejects with one line if it takes too long. */
export async function withStartDeadline<Result>(work: () => Promise<Result>): Promise<Result> {
  return withDeadline(work, startAnswerMs).catch((error) => {
    throw error instanceof TooLateError ? new Error('The database does not answer. Check that it works.') : error;
  });
}
