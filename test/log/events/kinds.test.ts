import { expect, test } from '@jest/globals';
import {
  type RecordedEvent,
  type RecordedKinds,
  recordedKindOf,
  recordedKinds,
} from '../../../src/log/events/kinds.ts';

test('a type of event without a kind, or with the kind of another type, does not compile', () => {
  const { ROOM_UPDATED: roomUpdated, ...others } = recordedKinds;

  // @ts-expect-error ROOM_UPDATED is missing.
  const forgotten: RecordedKinds = others;
  // @ts-expect-error ROOM_UPDATED is not MESSAGE_UPDATED.
  const mistaken: RecordedKinds = { ...recordedKinds, MESSAGE_UPDATED: roomUpdated };

  expect(Object.keys(forgotten)).toHaveLength(Object.keys(mistaken).length - 1);
});

test('each recorded kind stores what its event is about', () => {
  const about = { message: { id: 'm' }, membership: { userId: 'u' }, room: { id: 'r' } };
  const columns = (Object.keys(recordedKinds) as RecordedEvent['type'][]).map((type) => {
    const event = { type, ...about } as unknown as RecordedEvent;
    return [type, recordedKindOf(event).columnsOf(event)];
  });

  expect(Object.fromEntries(columns)).toEqual({
    MESSAGE_UPDATED: { messageId: 'm', userId: null },
    MESSAGE_DELETED: { messageId: 'm', userId: null },
    REACTIONS_CHANGED: { messageId: 'm', userId: null },
    MEMBERSHIP_CHANGED: { messageId: null, userId: 'u' },
    ROOM_UPDATED: { messageId: null, userId: null },
  });
});
