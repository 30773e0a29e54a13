import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FrameScanner } from '../frames.js';

const [continuation, text, ping] = [0x0, 0x1, 0x9];

/** Returns a frame as a server sends it. */
function frame(opcode, payload, { isFinal = true } = {}) {
  const { length } = payload;
  const header = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  header[0] = (isFinal ? 0x80 : 0) | opcode;
  header[1] = length < 126 ? length : length < 65_536 ? 126 : 127;
  if (header[1] === 126) header.writeUInt16BE(length, 2);
  if (header[1] === 127) header.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([header, Buffer.from(payload)]);
}

/** Returns what the scanner finds in a stream of `chunkBytes` chunks, read through one reused buffer. */
function seenOf(stream, { chunkBytes = stream.length, wholeBelow = 100 } = {}) {
  const seen = { counted: 0, messages: [], controls: [], lastMessageBytes: 0 };
  const scanner = new FrameScanner({
    onMessage: (message) => seen.messages.push(message.toString()),
    onControl: (opcode, payload) => seen.controls.push(`${opcode} ${payload}`),
  });
  scanner.wholeBelow = wholeBelow;
  const shared = Buffer.alloc(chunkBytes);
  for (let at = 0; at < stream.length; at += chunkBytes) {
    const length = stream.copy(shared, 0, at, at + chunkBytes);
    seen.counted += scanner.scan(shared, 0, length);
    shared.fill(0);
  }
  seen.lastMessageBytes = scanner.lastMessageBytes;
  return seen;
}

const stream = Buffer.concat([
  frame(text, 'short'),
  frame(text, 'x'.repeat(389)),
  frame(text, ''),
  frame(text, '{"id":"1",', { isFinal: false }),
  frame(ping, 'are you there'),
  frame(continuation, '"type":"next"}'),
  frame(text, 'first part ', { isFinal: false }),
  frame(continuation, 'y'.repeat(70_000), { isFinal: false }),
  frame(continuation, 'last part'),
  frame(text, 'z'.repeat(100)),
  frame(ping, ''),
]);

for (const chunkBytes of [1, 2, 3, 7, 100, 4096, stream.length]) {
  test(`counts long messages and passes on short ones, ${chunkBytes} bytes a read`, () => {
    const seen = seenOf(stream, { chunkBytes });

    assert.equal(seen.counted, 3);
    assert.deepEqual(seen.messages, ['short', '', '{"id":"1","type":"next"}']);
    assert.deepEqual(seen.controls, ['9 are you there', '9 ']);
  });

  test(`passes on all messages if none is only counted, ${chunkBytes} bytes a read`, () => {
    const seen = seenOf(stream, { chunkBytes, wholeBelow: Number.POSITIVE_INFINITY });

    assert.equal(seen.counted, 0);
    assert.equal(seen.messages.length, 6);
    assert.equal(seen.messages[4], `first part ${'y'.repeat(70_000)}last part`);
  });
}

test('reports the bytes of the last message on the wire, including the headers of its fragments', () => {
  const fragments = [frame(text, 'a'.repeat(30), { isFinal: false }), frame(continuation, 'b'.repeat(200))];

  assert.equal(seenOf(Buffer.concat(fragments)).lastMessageBytes, 2 + 30 + 4 + 200);
});

test('refuses a compressed frame', () => {
  assert.throws(() => seenOf(Buffer.from([0xc1, 0x00])), /reserved bits/);
});
