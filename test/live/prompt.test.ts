import { expect, test } from '@jest/globals';
import { promptly } from '../../src/live/prompt.ts';

/** Questions that are answered when the test says so. */
function asking(ms: number) {
  const asked: { answer(text: string): void; fail(error: Error): void }[] = [];
  const ask = promptly<string, string>(
    () => new Promise((resolve, reject) => asked.push({ answer: resolve, fail: reject })),
    ms,
  );
  return { ask, asked };
}

test('an answer in time is given on, and so is a failure', async () => {
  const { ask, asked } = asking(10_000);
  const answers = [ask('milk?'), ask('sugar?')];

  asked[0]!.answer('yes');
  asked[1]!.fail(new Error('none left'));

  expect(await answers[0]).toBe('yes');
  await expect(answers[1]).rejects.toThrow('none left');
});

test('while a question is late, others are not even asked; once it is settled they are again', async () => {
  const { ask, asked } = asking(1);
  await expect(ask('milk?')).rejects.toThrow('Not answered');

  await expect(ask('sugar?')).rejects.toThrow('earlier');
  expect(asked).toHaveLength(1);

  asked[0]!.fail(new Error('gone'));
  await new Promise(setImmediate);
  const answer = ask('lemon?');
  asked[1]!.answer('yes');
  expect(await answer).toBe('yes');
});
