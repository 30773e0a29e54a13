import { beforeEach, expect, test } from '@jest/globals';
import { Repairs } from '../../src/live/repairs.ts';
import { until } from '../support/until.ts';

interface Fill {
  answered: (hasAnswered: boolean) => void;
  end: () => void;
  fail: (error: Error) => void;
}

/** The readings that were begun, in order. */
let fills: Fill[];
let errors: unknown[];
let repairs: Repairs;
beforeEach(() => {
  fills = [];
  errors = [];
  repairs = new Repairs(
    (answered) => new Promise((end, fail) => fills.push({ answered, end, fail })),
    (error) => errors.push(error),
  );
});
const nextTurn = () => new Promise(setImmediate);

test('a call during a reading is served by the next one, as are all that follow until it begins', async () => {
  const first = repairs.run();
  await nextTurn();
  const later = [repairs.run(), repairs.run()];
  await nextTurn();
  expect(fills).toHaveLength(1);

  fills[0]!.end();
  await first;
  await nextTurn();
  expect(fills).toHaveLength(2);
  fills[1]!.end();
  await Promise.all(later);
});

test('a try gives up as soon as the log fails', async () => {
  const tried = repairs.tryRun();
  await nextTurn();

  fills[0]!.answered(false);

  expect(await tried).toBe(false);
  expect(await repairs.tryRun()).toBe(false);
  expect(fills).toHaveLength(1);
});

test('a try succeeds once the reading has ended, also after the log has recovered', async () => {
  void repairs.run();
  await nextTurn();
  fills[0]!.answered(false);
  fills[0]!.answered(true);

  const tried = repairs.tryRun();
  fills[0]!.end();
  await nextTurn();
  fills[1]!.end();

  expect(await tried).toBe(true);
});

test('a reading that throws is a log that fails, and is repeated until one ends', async () => {
  let hasRun = false;
  void repairs.run().then(() => {
    hasRun = true;
  });
  const tried = repairs.tryRun();
  await nextTurn();
  fills[0]!.answered(true);
  fills[0]!.fail(new Error('A fault'));

  expect(await tried).toBe(false);
  expect([hasRun, errors]).toEqual([false, [new Error('A fault')]]);
  await until(() => fills.length === 2);
  fills[1]!.answered(true);
  fills[1]!.end();
  await until(() => hasRun);

  const last = repairs.tryRun();
  await nextTurn();
  fills[2]!.end();
  expect(await last).toBe(true);
});
