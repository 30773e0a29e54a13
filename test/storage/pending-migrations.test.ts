import { expect, test } from '@jest/globals';
import { pendingMigrations } from '../../src/storage/pending-migrations.ts';

const onDisk = ['1_room', '2_topic', '3_index'].map((name) => ({ name, sql: '', checksum: `checksum of ${name}` }));
const applied = (...names: string[]) =>
  names.map((name) => ({ name, checksum: `checksum of ${name}`, isFinished: true }));

test.each<[string[], string[]]>([
  [[], ['1_room', '2_topic', '3_index']],
  [['1_room'], ['2_topic', '3_index']],
  [['1_room', '2_topic', '3_index'], []],
])('of a database with %j, the pending migrations are %j', (names, pending) => {
  expect(pendingMigrations(applied(...names), onDisk).map(({ name }) => name)).toEqual(pending);
});

test('the order of the recorded times does not matter', () => {
  expect(pendingMigrations(applied('2_topic', '1_room'), onDisk)).toEqual(onDisk.slice(2));
});

test.each([
  [applied('1_room', '3_index'), /^Migration 2_topic is not applied, and the later 3_index is: rename its folder/],
  [applied('2_topic'), /^Migration 1_room is not applied, and the later 2_topic is/],
  [applied('1_room', '4_mention'), /^Migration 4_mention .* unknown here: this Parley is older than its database\.$/],
  [[{ name: '1_room', checksum: 'another', isFinished: true }], /^Migration 1_room .* edited since: restore its file/],
  [[{ name: '1_room', checksum: '', isFinished: false }], /^Migration 1_room failed earlier/],
])('the history %j is refused', (history, message) => {
  expect(() => pendingMigrations(history, onDisk)).toThrow(message);
});
