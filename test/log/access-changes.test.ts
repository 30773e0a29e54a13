import { expect, test } from '@jest/globals';
import { accessChangeOf, accessRevokedFor, membershipEndedFor } from '../../src/log/access-changes.ts';
import type { RoomEvent } from '../../src/log/events/kinds.ts';

interface Change {
  state: 'JOINED' | 'LEFT' | 'REMOVED' | 'BANNED';
  kind?: 'GROUP' | 'CHANNEL' | 'DIRECT' | 'STREAM' | 'SUPPORT';
  /** Number of the event that led to the state; that of this event unless given. */
  since?: number;
}

const occurredAt = new Date(9);

function changed({ state, kind = 'GROUP', since = 9 }: Change): RoomEvent {
  const membership = { userId: 'grace', state, stateEventNumber: since, room: { kind } };
  return { type: 'MEMBERSHIP_CHANGED', eventNumber: 9, occurredAt, actorId: 'ada', membership } as RoomEvent;
}

test.each<[string, Change]>([
  ['leaves a group', { state: 'LEFT' }],
  ['is removed from a group', { state: 'REMOVED' }],
  ['is banned from a group', { state: 'BANNED' }],
  ['is banned from a channel', { state: 'BANNED', kind: 'CHANNEL' }],
  ['is banned from a stream', { state: 'BANNED', kind: 'STREAM' }],
  ['is removed from a conversation', { state: 'REMOVED', kind: 'SUPPORT' }],
])('a user who %s loses access', (_what, change) => {
  expect(accessRevokedFor(changed(change))).toBe('grace');
});

test.each<[string, Change]>([
  ['joins', { state: 'JOINED' }],
  ['gets another role', { state: 'JOINED', since: 4 }],
  ['leaves a channel', { state: 'LEFT', kind: 'CHANNEL' }],
  ['is removed from a stream', { state: 'REMOVED', kind: 'STREAM' }],
])('a user who %s has access', (_what, change) => {
  expect(accessRevokedFor(changed(change))).toBeNull();
});

test('events from the log show the current membership, so a user who left later can still read the event of joining', () => {
  expect(accessRevokedFor(changed({ state: 'LEFT', since: 20 }))).toBeNull();
});

test('other events end nothing', () => {
  expect(
    accessRevokedFor({ type: 'ROOM_UPDATED', eventNumber: 9, actorId: 'grace', room: { kind: 'GROUP' } } as RoomEvent),
  ).toBeNull();
});

test('a membership ends for a former member, even if the user can still read the room', () => {
  expect(membershipEndedFor(changed({ state: 'LEFT', kind: 'CHANNEL' }))).toBe('grace');
  expect(membershipEndedFor(changed({ state: 'REMOVED' }))).toBe('grace');
  expect(membershipEndedFor(changed({ state: 'JOINED' }))).toBeNull();
  expect(membershipEndedFor(changed({ state: 'LEFT', since: 20 }))).toBeNull();
});

test('leaving ends access, joining restores it, and an event that shows a later state changes nothing', () => {
  const change = { owner: 'grace', eventNumber: 9, occurredAt };

  expect(accessChangeOf(changed({ state: 'LEFT' }))).toEqual({ ...change, isEnd: true });
  expect(accessChangeOf(changed({ state: 'JOINED' }))).toEqual({ ...change, isEnd: false });
  expect(accessChangeOf(changed({ state: 'LEFT', kind: 'CHANNEL' }))).toEqual({ ...change, isEnd: false });
  expect(accessChangeOf(changed({ state: 'LEFT', since: 20 }))).toBeNull();
});
