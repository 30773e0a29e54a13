import { failureOf } from './failures.ts';

/** Runs `work` again if its connection was lost, or another transaction was preferred: repeating it changes nothing more. */
export async function retryOnce<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const failure = failureOf(error);
    if (failure !== 'LOST' && failure !== 'CONFLICT') throw error;
    return work();
  }
}
