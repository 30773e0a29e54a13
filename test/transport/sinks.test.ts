import { Writable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { sinksOf } from '../../src/transport/sinks.ts';
import { outboxOn } from '../support/outbox-on.ts';
import { received } from '../support/receiver.ts';

const kibibyte = 1024;
const payload = (value: unknown) => Buffer.from(JSON.stringify(value));
/** Payloads whose message has about so many bytes. */
const payloadsOf = (bytes: number) => [payload('x'.repeat(bytes - 100))];

/** An outbox of a peer that has left so many bytes unread, and reads nothing. */
function outboxOf(unread = 0) {
  const written: Buffer[] = [];
  const tcp = new Writable({ write: (chunk: Buffer) => void written.push(chunk) });
  if (unread > 0) tcp.write(Buffer.alloc(unread));
  return { outbox: outboxOn(tcp), written };
}

/** An outbox of a peer that reads everything at once. */
function readOutbox() {
  const written: Buffer[] = [];
  const tcp = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      written.push(Buffer.from(chunk)); // the frames may be reused
      done();
    },
  });
  return { outbox: outboxOn(tcp), written };
}

test.each(['events', 'states'] as const)('%s are sent as `next` messages of their operation', async (kind) => {
  const { outbox, written } = readOutbox();

  sinksOf(outbox, 'tea')[kind].send([payload({ cups: 1 }), payload({ cups: 2 })]);

  expect(await received(...written)).toEqual([
    { id: 'tea', type: 'next', payload: { cups: 1 } },
    { id: 'tea', type: 'next', payload: { cups: 2 } },
  ]);
});

test('operations that send the same payloads get frames with their own ids', async () => {
  const { outbox, written } = readOutbox();
  const payloads = [payload('tea')];

  for (const id of ['a', 'b', 'longer', 'a']) sinksOf(outbox, id).events.send(payloads);

  expect(((await received(...written)) as { id: string }[]).map(({ id }) => id)).toEqual(['a', 'b', 'longer', 'a']);
});

test('events have a larger budget than states, and everything fits if nothing is unread', () => {
  const full = sinksOf(outboxOf(15 * kibibyte).outbox, 'tea');
  const empty = sinksOf(outboxOf().outbox, 'tea');

  expect([full.events, full.states].map((sink) => sink.hasRoomFor(payloadsOf(2 * kibibyte)))).toEqual([true, false]);
  expect(full.events.hasRoomFor(payloadsOf(50 * kibibyte))).toBe(false);
  expect([empty.events, empty.states].map((sink) => sink.hasRoomFor(payloadsOf(99 * kibibyte)))).toEqual([true, true]);
});

test('the sinks of one connection have the same connection', () => {
  const { outbox } = outboxOf();
  const [one, other] = [sinksOf(outbox, 'a'), sinksOf(outbox, 'b')];

  expect(new Set([one.events.connection, one.states.connection, other.events.connection]).size).toBe(1);
  expect([one.events.isOpen, one.states.isOpen]).toEqual([true, true]);
});
