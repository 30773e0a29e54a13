import { expect, test } from '@jest/globals';
import { withLastingAccess } from '../../src/execution/access-during.ts';

const end = { eventNumber: 7, occurredAt: new Date(0) };

/** Makes a result that asks about the tea room, during which the access to `ended` ends. */
async function resultDuring(ended: string): Promise<string[]> {
  const ends = new Set<string>();
  const results: string[] = [];
  await withLastingAccess({
    accessEnd: (roomId) => (ends.has(roomId) ? end : null),
    make: async (accessEnd) => results.push(accessEnd('tea') ? 'redacted' : 'shown'),
    // The announcement of the end comes with the question.
    confirm: async () => void ends.add(ended),
  });
  return results;
}

test('a result is made again if the access to a room that it shows ends meanwhile', async () => {
  expect(await resultDuring('tea')).toEqual(['shown', 'redacted']);
});

test('a result is made once if the access to another room ends', async () => {
  expect(await resultDuring('coffee')).toEqual(['shown']);
});
