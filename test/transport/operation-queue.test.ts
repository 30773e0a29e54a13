import { beforeEach, describe, expect, test } from '@jest/globals';
import { type Message, OperationQueue } from '../../src/transport/operation-queue.ts';

/** Messages that graphql-ws received, each with a function that ends its operation. */
let delivered: { message: Message; end(): void }[];
let closed: [number, string][];
let refused: string[];
let queue: OperationQueue;
beforeEach(() => {
  delivered = [];
  closed = [];
  refused = [];
  queue = new OperationQueue({
    deliver: (message) => new Promise((end) => delivered.push({ message, end })),
    close: (code, reason) => closed.push([code, reason]),
    refuse: (id) => refused.push(id),
    ended: () => {},
  });
});

let numberOfSubscribe = 0;
function subscribe(id = '1'): string {
  numberOfSubscribe += 1;
  return JSON.stringify({ id, type: 'subscribe', payload: { query: `{ q${numberOfSubscribe} }` } });
}
const complete = (id = '1') => JSON.stringify({ id, type: 'complete' });
const messages = () =>
  delivered.map(({ message }) => (typeof message === 'string' ? message : JSON.stringify(message)));

function receive(...all: string[]): void {
  for (const message of all) queue.receive(message);
}

/** Ends what the nth delivered message started. */
async function end(index: number): Promise<void> {
  delivered[index]?.end();
  await new Promise(setImmediate);
}

test('messages that are not operations pass immediately', () => {
  const all = [
    '{"type":"connection_init"}',
    '{"type":"ping"}',
    'no JSON',
    '[]',
    'null',
    '"{}"',
    '{"id":5}',
    complete('unknown'),
  ];

  receive(...all);

  expect(messages()).toEqual(all);
  expect(closed).toEqual([]);
});

test('operations of different ids do not wait for each other', () => {
  const all = [subscribe('a'), subscribe('b'), subscribe('A')];

  receive(...all);

  expect(messages()).toEqual(all);
});

test('an id may be used again once its operation has ended', async () => {
  const [first, second] = [subscribe(), subscribe()];
  receive(first);
  await end(0);

  receive(second);

  expect(messages()).toEqual([first, second]);
  expect(closed).toEqual([]);
});

test('a Subscribe right after Complete waits until the operation has ended', async () => {
  const [first, second] = [subscribe(), subscribe()];
  receive(first, complete(), second);
  expect(messages()).toEqual([first, complete()]);

  await end(0);

  expect(messages()).toEqual([first, complete(), second]);
  expect(closed).toEqual([]);
});

test('and waits each time, fifty times in a row', async () => {
  for (let time = 0; time < 50; time += 1) {
    receive(subscribe(), complete());
    const started = delivered.length - 2;
    receive(subscribe());
    await end(started);
    receive(complete());
    await end(delivered.length - 2);
  }

  expect(delivered).toHaveLength(50 * 4);
  expect(closed).toEqual([]);
});

test('a Subscribe that waits is dropped by its own Complete, and another may wait in its place', async () => {
  const [first, second, third] = [subscribe(), subscribe(), subscribe()];

  receive(first, complete(), second, complete(), third);
  await end(0);

  expect(messages()).toEqual([first, complete(), third]);
  expect(closed).toEqual([]);
});

test('a second Complete does no harm', async () => {
  const [first, second] = [subscribe(), subscribe()];

  receive(first, complete(), complete());
  await end(0);
  receive(complete(), second);

  expect(messages()).toEqual([first, complete(), complete(), second]);
});

describe('the id of a live operation closes the connection with 4409', () => {
  test.each([
    ['one that runs', () => [subscribe()]],
    ['one that waits', () => [subscribe(), complete(), subscribe()]],
  ])('%s', (_what, before) => {
    receive(...before());

    receive(subscribe());

    expect(closed).toEqual([[4409, 'Subscriber for 1 already exists']]);
  });

  test('an operation that has waited and runs', async () => {
    receive(subscribe(), complete(), subscribe());
    await end(0);

    receive(subscribe());

    expect(closed).toEqual([[4409, 'Subscriber for 1 already exists']]);
  });
});

test.each([
  ['__proto__', '__proto__'],
  ['constructor', 'constructor'],
  ['a quotation mark', '"'],
  ['an emoji', '👋🏽'],
  ['10,000 characters', 'x'.repeat(10_000)],
])('an id may be %s', async (_what, id) => {
  const [first, second] = [subscribe(id), subscribe(id)];

  receive(first, complete(id), second);
  await end(0);

  expect(messages()).toEqual([first, complete(id), second]);
  expect(closed).toEqual([]);
});

test.each(['next', 'error', 'connection_ack'])('a message that only servers send closes with 4400: %s', (type) => {
  receive(JSON.stringify({ id: '1', type }));

  expect(closed).toEqual([[4400, `A client sends no ${type}`]]);
  expect(delivered).toEqual([]);
});

describe('these are refused, and not passed on:', () => {
  test('an operation beyond two hundred, until one has ended', async () => {
    receive(...Array.from({ length: 200 }, (_, n) => subscribe(`s${n}`)), subscribe('one more'));
    expect([delivered.length, refused]).toEqual([200, ['one more']]);

    await end(0);
    receive(subscribe('one more'));

    expect([delivered.length, refused]).toEqual([201, ['one more']]);
  });

  test('an operation that would exceed 512 KiB of all under way, until one has ended', async () => {
    const large = (id: string) => JSON.stringify({ id, type: 'subscribe', payload: { query: 'x'.repeat(250_000) } });
    receive(large('a'), large('b'), large('c'));
    expect([delivered.length, refused]).toEqual([2, ['c']]);

    await end(0);
    receive(large('c'));

    expect([delivered.length, refused]).toEqual([3, ['c']]);
  });

  test('but not one that replaces a completed operation', async () => {
    receive(...Array.from({ length: 200 }, (_, n) => subscribe(`s${n}`)), complete('s0'), subscribe('s0'));

    expect(refused).toEqual([]);
  });
});

test('a large ping is passed on without its payload', () => {
  const ping = (text: string) => JSON.stringify({ type: 'ping', payload: { text } });

  receive(ping('small'), ping('x'.repeat(2000)));

  expect(messages()).toEqual([ping('small'), '{"type":"ping"}']);
});

describe('more than a thousand useless messages close with 4429:', () => {
  const pings = (count: number) => Array.from({ length: count }, () => '{"type":"ping"}');

  test('pings', () => {
    receive(...pings(1000));
    expect(closed).toEqual([]);

    receive(...pings(1));

    expect(closed).toEqual([[4429, 'Too many useless messages']]);
  });

  test('operations that are completed before they begin', () => {
    receive(subscribe('s'), complete('s'));
    for (let n = 0; n < 1000; n += 1) receive(subscribe('s'), complete('s'));
    expect(closed).toEqual([]);

    receive(subscribe('s'), complete('s'));

    expect(closed).toEqual([[4429, 'Too many useless messages']]);
  });

  test('but not the completion of an operation that has just ended', async () => {
    for (let n = 0; n < 1500; n += 1) {
      receive(subscribe(`s${n}`));
      await end(n);
      receive(complete(`s${n}`));
      delivered.splice(n + 1);
    }

    expect(closed).toEqual([]);
  });
});

test('all is answered when every operation except started subscriptions has ended', async () => {
  let isAnswered = false;
  receive(subscribe('query'), subscribe('live'));
  void queue.answered().then(() => {
    isAnswered = true;
  });

  await end(0);
  expect(isAnswered).toBe(false);
  queue.wentLive('live');
  await new Promise(setImmediate);

  expect(isAnswered).toBe(true);
});

test('a closed queue starts nothing, not even what waits for an id', async () => {
  receive(subscribe('1'), complete('1'), subscribe('1'));

  queue.close();
  receive(subscribe('2'));
  await end(0);

  expect(messages()).toHaveLength(2);
});
