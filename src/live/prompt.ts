import { setImmediate as nextTurn } from 'node:timers/promises';
import { isWithin, TooLateError } from '../storage/deadlines.ts';

/**
 * Gives up a question that is not answered in time, and those that are asked until it is settled at once: whoever asks has
 * something better to do than to wait for somebody who does not answer. The question itself goes on.
 */
export function promptly<Input, Output>(
  ask: (input: Input) => Promise<Output>,
  ms: number,
): (input: Input) => Promise<Output> {
  let late = 0;
  return async (input) => {
    if (late > 0) throw new TooLateError('An earlier question is not answered yet');
    let isSettled = false;
    const answer = ask(input);
    const settled = answer.then(
      () => {},
      () => {},
    );
    void settled.then(() => {
      isSettled = true;
    });
    if (await isWithin(settled, ms)) return answer;
    // An answer that has arrived while this process was busy with something else is not late.
    await nextTurn();
    if (isSettled) return answer;
    late += 1;
    void settled.then(() => {
      late -= 1;
    });
    throw new TooLateError(`Not answered within ${ms} ms`);
  };
}
