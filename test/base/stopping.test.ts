import { expect, test } from '@jest/globals';
import { runParley } from '../support/process.ts';
import { until } from '../support/until.ts';

/** A process that closes in a way of stopping.child.ts. */
const run = (...args: string[]) => runParley({}, ['node', '--import', 'tsx', 'test/base/stopping.child.ts', ...args]);

/** The messages of its log, in order. */
const messagesIn = (errors: string) =>
  errors
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).msg as string);

test('a process that closes in time exits with 0, and logs that it is stopping and has stopped', async () => {
  const parley = run('at once', '60000');
  await parley.ready;

  const { code, signal, errors } = await parley.end('SIGTERM');

  expect({ code, signal }).toEqual({ code: 0, signal: null });
  expect(messagesIn(errors)).toEqual(['stopping', 'stopped']);
});

test.each([
  ['does not close in time', 'never', '50', /"msg":"did not stop within 50 ms"/],
  ['fails to close', 'with a fault', '60000', /"message":"The door is stuck".*"msg":"failed to stop"/],
])('one that %s ends with 1, and says why in one line', async (_what, way, deadlineMs, line) => {
  const parley = run(way, deadlineMs);
  await parley.ready;

  const { code, errors } = await parley.end('SIGTERM');

  expect(code).toBe(1);
  expect(errors).toMatch(line);
  expect(messagesIn(errors)).toEqual(['stopping', expect.anything()]);
});

test('a process that is stopped a second time ends immediately with 1', async () => {
  const parley = run('never', '60000');
  await parley.ready;
  let hasEnded = false;
  const exit = parley.exited.finally(() => {
    hasEnded = true;
  });

  await until(() => {
    parley.signal('SIGTERM');
    return hasEnded;
  });

  const { code, signal, errors } = await exit;
  expect({ code, signal }).toEqual({ code: 1, signal: null });
  expect(messagesIn(errors)).toEqual(['stopping']);
});

test('an uncaught error ends the process with 1, and logs its stack in one line', async () => {
  const { code, errors } = await run('by accident').exited;

  expect(code).toBe(1);
  expect(JSON.parse(errors)).toMatchObject({
    level: 60,
    msg: 'uncaught exception',
    err: { type: 'TypeError', stack: expect.stringContaining('stopping.child.ts') },
  });
});
