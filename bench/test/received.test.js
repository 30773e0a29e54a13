import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findTexts, messageText } from '../fan-out/message-text.js';
import { Received } from '../fan-out/received.js';

function receivedOf(numbers) {
  const received = new Received();
  for (const number of numbers) received.add(number);
  return received;
}

test('detects a lost, a repeated and an unknown message', () => {
  const numbers = Array.from({ length: 1000 }, (_, index) => index + 1);

  assert.ok(receivedOf(numbers).isExactly(1000));
  assert.ok(receivedOf(numbers.toReversed()).isExactly(1000));
  assert.ok(!receivedOf(numbers.slice(1)).isExactly(1000));
  assert.ok(!receivedOf([...numbers, 7]).isExactly(1000));
  assert.ok(!receivedOf([...numbers.slice(1), 1001]).isExactly(1000));
});

test('finds every text of a message, with its number and time', () => {
  const texts = [3, 4].map((number) => messageText({ number, bytes: 90, filler: '–' }));
  const found = [];

  findTexts(Buffer.from(JSON.stringify({ events: texts })), (number, sentAt) => found.push({ number, sentAt }));

  assert.deepEqual(
    found.map(({ number }) => number),
    [3, 4],
  );
  assert.ok(found.every(({ sentAt }) => Math.abs(performance.now() - sentAt) < 1000));
});
