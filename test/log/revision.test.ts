import { expect, test } from '@jest/globals';
import type { RoomEvent } from '../../src/log/events/kinds.ts';
import { revisionBy } from '../../src/log/revision.ts';

const occurredAt = new Date('2026-11-21T08:30:00.000Z');
const author = { id: 'ada', displayName: 'Ada' };
const added = { type: 'MESSAGE_ADDED', eventNumber: 1, message: { id: 'one', text: 'Secert', author } } as RoomEvent;
const updated = { type: 'MESSAGE_UPDATED', eventNumber: 3, message: { id: 'one', text: 'Secret' } } as RoomEvent;
const gone = { id: 'one', text: null, deletedAt: occurredAt };
const reacted = { type: 'REACTIONS_CHANGED', eventNumber: 4, message: { id: 'one', text: 'Secret' } } as RoomEvent;
const deleted = { type: 'MESSAGE_DELETED', eventNumber: 5, message: gone } as RoomEvent;
const others = [
  { type: 'MESSAGE_ADDED', eventNumber: 2, message: { id: 'two', text: 'Other' } },
  { type: 'REACTIONS_CHANGED', eventNumber: 6, message: { id: 'two', text: 'Other' } },
  { type: 'ROOM_UPDATED', eventNumber: 7, room: { name: 'Tea' } },
] as RoomEvent[];

test('earlier events show the new text of an edited message', () => {
  expect(revisionBy(updated)?.(added)).toEqual({ ...added, message: { id: 'one', text: 'Secret', author } });
});

test('earlier events no longer show the text of a deleted message', () => {
  const revise = revisionBy(deleted)!;

  expect([added, updated, reacted].map(revise)).toMatchObject([
    { type: 'MESSAGE_ADDED', eventNumber: 1, message: gone },
    { type: 'MESSAGE_UPDATED', eventNumber: 3, message: gone },
    { type: 'REACTIONS_CHANGED', eventNumber: 4, message: gone },
  ]);
});

test('values that were returned before do not change', () => {
  revisionBy(deleted)!(added);

  expect(added).toMatchObject({ message: { text: 'Secert' } });
});

test('nothing else changes, and other events change nothing', () => {
  for (const other of others) {
    expect(revisionBy(deleted)?.(other)).toBe(other);
    expect(revisionBy(other)).toBeNull();
  }
});
