import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NatsScanner } from '../fan-out/protocols/nats-scanner.js';

const short = '{"text":"short"}';
const long = 'MSG looks like one\r\n'.repeat(20);
const stream = Buffer.from(
  `INFO {}\r\n${messageOf(short)}${messageOf(long)}PING\r\n${messageOf(long)}${messageOf('')}PONG\r\n`,
);

/** @param {string} payload */
function messageOf(payload) {
  return `MSG room-1 1 ${payload.length}\r\n${payload}\r\n`;
}

/** Returns what the scanner finds in chunks of a reused buffer. @param {number} chunkBytes @param {number} wholeBelow */
function seenOf(chunkBytes, wholeBelow) {
  /** @type {string[]} */
  const messages = [];
  const scanner = new NatsScanner((message) => messages.push(message.toString()));
  scanner.wholeBelow = wholeBelow;
  const shared = Buffer.alloc(chunkBytes);
  let counted = 0;
  for (let at = 0; at < stream.length; at += chunkBytes) {
    counted += scanner.scan(shared, 0, stream.copy(shared, 0, at, at + chunkBytes));
    shared.fill(0);
  }
  return { messages, counted };
}

for (const chunkBytes of [1, 2, 7, 64, stream.length]) {
  test(`counts long messages and passes on the others, in chunks of ${chunkBytes} bytes`, () => {
    const { messages, counted } = seenOf(chunkBytes, 100);

    assert.deepEqual(messages, ['INFO {}\r\n', short, 'PING\r\n', '', 'PONG\r\n']);
    assert.equal(counted, 2);
  });
}

test('passes on every message without a limit', () => {
  const { messages, counted } = seenOf(5, Number.POSITIVE_INFINITY);

  assert.deepEqual(messages, ['INFO {}\r\n', short, long, 'PING\r\n', long, '', 'PONG\r\n']);
  assert.equal(counted, 0);
});
