import { expect, test } from '@jest/globals';
import { type RecordedKinds, recordedKinds } from '../../../src/log/events/kinds.ts';

test('a type of event without a kind, or with the kind of another type, does not compile', () => {
  const { ROOM_UPDATED: roomUpdated, ...others } = recordedKinds;

  // @ts-expect-error ROOM_UPDATED is missing.
  const forgotten: RecordedKinds = others;
  // @ts-expect-error ROOM_UPDATED is not MESSAGE_UPDATED.
  const mistaken: RecordedKinds = { ...recordedKinds, MESSAGE_UPDATED: roomUpdated };

  expect(Object.keys(forgotten)).toHaveLength(Object.keys(mistaken).length - 1);
});
