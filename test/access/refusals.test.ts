import { expect, test } from '@jest/globals';
import { rightMissing } from '../../src/access/refusals.ts';
import type { RoomPermission } from '../../src/access/rights.ts';

test.each<[RoomPermission, string]>([
  ['BAN', 'owners and moderators'],
  ['ARCHIVE_ROOM', 'owners'],
])('a refusal of %s says who has the right', (permission, holders) => {
  const { message } = rightMissing({ refusal: 'FORBIDDEN', permission }, ['roomId']);

  expect(message).toBe(`Only ${holders} of the room may do this.`);
});

test('a refusal by the posting policy says who posts', () => {
  const { message } = rightMissing({ refusal: 'POSTING_POLICY', permission: 'SEND_MESSAGE' }, ['roomId']);

  expect(message).toBe('Only owners and moderators of the room may send messages to it.');
});
