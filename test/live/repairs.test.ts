import { beforeEach, expect, test } from '@jest/globals';
import { Repairs } from '../../src/live/repairs.ts';

interface Fill {
  answered: (hasAnswered: boolean) => void;
  end: () => void;
}

/** The readings that were begun, in order. */
let fills: Fill[];
let repairs: Repairs;
beforeEach(() => {
  fills = [];
  repairs = new Repairs((answered) => new Promise((end) => fills.push({ answered, end })));
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
