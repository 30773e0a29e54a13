import { afterAll, expect, test } from '@jest/globals';
import { startRedis } from '../support/redis.ts';
import { type Outcome, runRoomOfTrials } from '../support/room-of-trials.ts';
import { seeds } from '../support/seeds.ts';
import { startServer } from '../support/server.ts';
import { startTwoNodes } from '../support/two-nodes.ts';

const redis = await startRedis();
const opened = redis ? await startTwoNodes(redis.url) : await startTwoNodesWithoutRedis();
const nodes = [opened.one, opened.two];
afterAll(async () => {
  await opened.close();
  await redis?.stop();
});

async function startTwoNodesWithoutRedis() {
  const quick = { compareMs: 200, sessionCheckMs: 200 };
  const first = await startServer(quick);
  const second = await startServer({ ...quick, databaseUrl: first.databaseUrl });
  const closeBoth = async () => {
    await second.close();
    await first.close();
  };
  return { one: first, two: second, close: closeBoth };
}

/** In each room. They share results, which must show each of them nothing that is newer than their own end. */
const readers = 20;

test('the event that ends access is the last one that its reader gets, and nothing that was written later', async () => {
  const outcomes: Outcome[] = [];
  const waiting = seeds({ few: 10, many: 400 });
  const run = async () => {
    for (let seed = waiting.shift(); seed; seed = waiting.shift())
      outcomes.push(...(await runRoomOfTrials({ nodes, seed, readers })));
  };

  await Promise.all([run(), run()]);

  report(outcomes);
  expect(outcomes.flatMap(({ name, faults }) => faults.map((fault) => `${name}: ${fault}`))).toEqual([]);
}, 1_200_000);

function report(outcomes: readonly Outcome[]): void {
  const delays = outcomes.flatMap(({ delayMs }) => delayMs ?? []).sort((a, b) => a - b);
  const at = (share: number) => `${delays[Math.floor(share * (delays.length - 1))]} ms`;
  console.info(`${outcomes.length} trials; delay: median ${at(0.5)}, 99 % ${at(0.99)}, longest ${at(1)}`);
}
