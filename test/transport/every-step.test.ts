import { expect, test } from '@jest/globals';
import { everyStep } from '../../src/transport/every-step.ts';

test('what a step throws, or rejects with, keeps none of the others from its work', async () => {
  const done: string[] = [];
  const thrown = new Error('Thrown');
  const rejected = new Error('Rejected');

  const steps = everyStep(
    () => {
      throw thrown;
    },
    () => Promise.reject(rejected),
    async () => {
      await Promise.resolve();
      done.push('drained');
    },
  );

  await expect(steps).rejects.toMatchObject({ errors: [thrown, rejected] });
  expect(done).toEqual(['drained']);
});
