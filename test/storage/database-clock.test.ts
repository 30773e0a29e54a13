import { expect, test } from '@jest/globals';
import { DatabaseClock } from '../../src/storage/database-clock.ts';

test('until the database has said what time it is, the clock of the process stands for its clock', () => {
  const clock = new DatabaseClock(() => new Promise(() => {}));

  expect(clock.secondsSince(new Date(Date.now() - 3000))).toBeGreaterThan(2.9);
  clock.close();
});
