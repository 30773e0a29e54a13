import { expect, test } from '@jest/globals';
import { everyStep } from '../../src/transport/every-step.ts';

test('a step that throws or rejects does not stop the other steps', async () => {
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
