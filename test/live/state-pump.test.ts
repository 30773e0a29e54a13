import { Writable } from 'node:stream';
import { afterEach, expect, jest, test } from '@jest/globals';
import { pump } from '../../src/live/state-pump.ts';
import { sinksOf } from '../../src/transport/sinks.ts';
import { outboxOn } from '../support/outbox-on.ts';
import { received } from '../support/receiver.ts';
import { until } from '../support/until.ts';
import { numbers } from './number-stream.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

test('a rendering that fails for a minute ends the stream', async () => {
  const startedAt = performance.now();
  const clock = jest.spyOn(performance, 'now');
  const { stream, state } = numbers();
  const own = () => Promise.reject(new Error('away'));
  const pumping = pump(stream, { sink: peer().sink, rendering: { shared: own, own } });
  await until(() => state.faults === 1);
  clock.mockReturnValue(startedAt + 70_000);

  await expect(pumping).rejects.toThrow('away for too long');
  expect(state).toMatchObject({ begun: 2, faults: 2 });
});

test('a peer that does not read misses changes, and starts over when it reads again', async () => {
  const { stream, state, say } = numbers();
  const { sink, written, readOn } = peer();
  const padding = 'x'.repeat(1000);
  const own = async (number: number) => Buffer.from(JSON.stringify({ number, padding }));
  const pumping = pump(stream, { sink, rendering: { shared: own, own } });
  await until(() => written.length === 1);

  for (let number = 1; number <= 100; number += 1) {
    say(number);
    await new Promise(setImmediate);
  }
  expect(state).toMatchObject({ begun: 1, stopped: 1 });
  readOn();
  await until(() => state.begun === 2);
  say(101);
  await until(async () => (await numbersIn(written)).at(-1) === 101);

  const seen = await numbersIn(written);
  expect(seen.slice(-2)).toEqual([100, 101]);
  expect(seen.length).toBeLessThan(30);
  stream.end();
  await pumping;
});

test('values that the peer does not read are not rendered', async () => {
  const { stream, say } = numbers();
  const { sink, written } = peer();
  let rendered = 0;
  const own = async (number: number) => {
    rendered += 1;
    return Buffer.from(JSON.stringify({ number, padding: 'x'.repeat(20_000) }));
  };
  const pumping = pump(stream, { sink, rendering: { shared: own, own } });
  await until(() => written.length === 1);

  for (let number = 1; number <= 100; number += 1) {
    say(number);
    await new Promise(setImmediate);
  }

  expect(rendered).toBe(1);
  stream.end();
  await Promise.race([pumping, new Promise(setImmediate)]);
});

test('many values are rendered in batches, whose size follows from the bytes of the last one', async () => {
  const { stream } = numbers({ snapshot: async () => Array.from({ length: 200 }, (_, index) => index) });
  const { sink, written, readOn } = peer();
  readOn();
  let underWay = 0;
  let most = 0;
  const own = async (number: number) => {
    most = Math.max(most, ++underWay);
    await new Promise(setImmediate);
    underWay -= 1;
    return Buffer.from(JSON.stringify({ number, padding: 'x'.repeat(4000) }));
  };

  const pumping = pump(stream, { sink, rendering: { shared: own, own } });
  await until(async () => (await numbersIn(written)).length === 200);

  expect(await numbersIn(written)).toEqual(Array.from({ length: 200 }, (_, index) => index));
  expect(most).toBe(4);
  stream.end();
  await pumping;
});

test('a peer that reads slowly gets a whole large snapshot, and does not start over again and again', async () => {
  const { stream, state } = numbers({ snapshot: async () => Array.from({ length: 20 }, (_, index) => index) });
  const { sink, written, readSome } = peer();
  const own = async (number: number) => Buffer.from(JSON.stringify({ number, padding: 'x'.repeat(10_000) }));

  const pumping = pump(stream, { sink, rendering: { shared: own, own } });
  await until(async () => {
    readSome();
    return (await numbersIn(written)).length === 20;
  });

  expect(state.begun).toBe(1);
  stream.end();
  readSome();
  await pumping;
});

/** A socket whose peer reads nothing until the test lets it. */
function peer() {
  const written: Buffer[] = [];
  const held: (() => void)[] = [];
  let isReading = false;
  const tcp = new Writable({
    write: (chunk, _encoding, done) => {
      if (chunk.length > 0) written.push(chunk);
      if (isReading) done();
      else held.push(done);
    },
  });
  const outbox = outboxOn(tcp);
  const readSome = () => {
    for (const done of held.splice(0)) done();
  };
  const readOn = () => {
    isReading = true;
    readSome();
  };
  return { sink: sinksOf(outbox, '1').states, written, readOn, readSome };
}

async function numbersIn(written: Buffer[]): Promise<number[]> {
  const messages = (await received(Buffer.concat(written))) as { payload: { number: number } }[];
  return messages.map(({ payload }) => payload.number);
}
