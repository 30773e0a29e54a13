import { expect, test } from '@jest/globals';
import type { Batch } from '../../src/live/batch.ts';
import type { RoomEvent } from '../../src/log/events/kinds.ts';
import { batches, messagesAdded } from '../../src/rooms/event-values.ts';

const added = (eventNumber: number, authorId: string | null) =>
  ({
    type: 'MESSAGE_ADDED',
    eventNumber,
    occurredAt: new Date(eventNumber),
    message: { id: `m${eventNumber}`, authorId },
  }) as RoomEvent;
const events = [
  added(1, 'ada'),
  { type: 'ROOM_UPDATED', eventNumber: 2, actorId: 'hedy' } as RoomEvent,
  added(3, null),
  { type: 'MESSAGE_UPDATED', eventNumber: 4, message: { authorId: 'grace' } } as RoomEvent,
  { type: 'MESSAGE_DELETED', eventNumber: 5, actorId: 'hedy', message: { authorId: 'ada' } } as RoomEvent,
  { type: 'REACTIONS_CHANGED', eventNumber: 6, actorId: 'ada', message: { authorId: 'hedy' } } as RoomEvent,
];
const batch: Batch<RoomEvent> = {
  status: 'LIVE',
  events,
  positionBefore: 0,
  positionAfter: 6,
  epoch: 'first',
  at: 5,
  revision: 0,
  resetReason: null,
};
const still = (status: Batch['status']): Batch<RoomEvent> => ({ ...batch, status, events: [], positionBefore: 6 });

test('roomEvents gives each batch as it is, whatever its status', () => {
  for (const any of [batch, still('HEARTBEAT'), still('ENDED'), still('RESET')])
    expect(batches.values(any)).toEqual([any]);
});

test('a batch names the authors of its messages', () => {
  expect(batches.authorsOf(batch)).toEqual(['ada', 'grace', 'ada', 'hedy']);
  expect(batches.authorsOf(still('HEARTBEAT'))).toEqual([]);
});

test('messageAdded gives each message as one value, with the epoch of its number', () => {
  const values = messagesAdded.values(batch);

  expect(values).toMatchObject([
    { eventNumber: 1, epoch: 'first' },
    { eventNumber: 3, epoch: 'first' },
  ]);
  expect(values.map(messagesAdded.authorsOf)).toEqual([['ada'], []]);
});

test('messageAdded gives nothing for heartbeats and ends', () => {
  expect([still('LIVE'), still('HEARTBEAT'), still('ENDED')].flatMap(messagesAdded.values)).toEqual([]);
});

test.each(['CURSOR_UNKNOWN', 'GAP_TOO_LARGE'] as const)(
  'to messageAdded a reset is an error of its reason: %s',
  (code) => {
    const reset = { ...still('RESET'), resetReason: code };

    expect(() => messagesAdded.values(reset)).toThrow(
      expect.objectContaining({ code, extensions: { code, retryable: false } }),
    );
  },
);
