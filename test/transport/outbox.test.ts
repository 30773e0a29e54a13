import { Writable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { Outbox } from '../../src/transport/outbox.ts';
import { outboxOn } from '../support/outbox-on.ts';

/** An outbox on a peer that takes each write when `take` is called. */
function outboxOf() {
  let take: (error?: Error) => void = () => {};
  const tcp = new Writable({
    write: (_chunk, _encoding, done) => {
      take = done;
    },
  });
  tcp.on('error', () => {});
  return { outbox: outboxOn(tcp), tcp, take: (error?: Error) => take(error) };
}

test('an empty outbox accepts any frame, a filled one only frames within the budget', () => {
  const { outbox } = outboxOf();

  expect(outbox.hasRoomFor(1_000_000)).toBe(true);
  outbox.write(Buffer.alloc(1000));

  expect(outbox.hasRoomFor(60_000)).toBe(true);
  expect(outbox.hasRoomFor(65_000)).toBe(false);
});

test('it drains when the peer has read all written data, however small', async () => {
  const { outbox, take } = outboxOf();
  outbox.write(Buffer.alloc(10));

  const drained = outbox.drained();
  take();
  setImmediate(take);

  await drained;
  expect(outbox.hasRoomFor(1_000_000)).toBe(true);
});

test('written bytes are released when the peer has read them', () => {
  const { outbox } = outboxOf();
  const swift = new Writable({ write: (_chunk, _encoding, done) => done() });

  expect(outbox.write(Buffer.alloc(10))).toBe(false);
  expect(outboxOn(swift).write(Buffer.alloc(10))).toBe(true);
});

test('frames of one turn are written together, and a frame of the next turn separately', async () => {
  const pieces: number[] = [];
  const tcp = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      pieces.push(chunk.length);
      done();
    },
    writev: (chunks, done) => {
      pieces.push(chunks.reduce((sum, { chunk }) => sum + (chunk as Buffer).length, 0));
      done();
    },
  });
  const outbox = outboxOn(tcp);

  outbox.gather();
  outbox.write(Buffer.alloc(10));
  await Promise.resolve();
  outbox.gather();
  outbox.write(Buffer.alloc(5));
  await new Promise(setImmediate);
  outbox.write(Buffer.alloc(3));

  expect(pieces).toEqual([15, 3]);
});

test('it does not wait for a peer that has hung up', async () => {
  const { outbox, tcp } = outboxOf();
  outbox.write(Buffer.alloc(10));

  const drained = outbox.drained();
  tcp.destroy();

  await drained;
});

test('however many callers wait, the socket has one listener for them', async () => {
  const { outbox, tcp } = outboxOf();
  const listeners = tcp.listenerCount('close');
  outbox.write(Buffer.alloc(10));

  const waiting = Array.from({ length: 500 }, () => outbox.drained());

  expect(tcp.listenerCount('close')).toBe(listeners);
  tcp.destroy();
  await Promise.all(waiting);
  await outbox.drained(); // and a later caller need not wait either
});

test('callers that wait for the same bytes share one write, and callers that wait for more get another', async () => {
  const { outbox, tcp } = outboxOf();
  const bytesWritten = { value: 10, configurable: true };
  Object.defineProperty(tcp, 'bytesWritten', bytesWritten);
  outbox.write(Buffer.alloc(10));

  const waiting = Array.from({ length: 500 }, () => outbox.drained());
  expect(new Set(waiting).size).toBe(1);
  Object.defineProperty(tcp, 'bytesWritten', { ...bytesWritten, value: 20 });
  outbox.write(Buffer.alloc(10));

  expect(outbox.drained()).not.toBe(waiting[0]);
  tcp.destroy();
  await outbox.drained();
  await Promise.all(waiting);
});

test('nothing is written after the close frame', () => {
  const { tcp } = outboxOf();
  const closing = outboxOn(tcp, WebSocket.CLOSING);

  closing.write(Buffer.alloc(10));

  expect(tcp.writableLength).toBe(0);
});

test('a compressing connection is refused', () => {
  expect(() => new Outbox({ extensions: 'permessage-deflate', readyState: WebSocket.OPEN })).toThrow('extension');
});
