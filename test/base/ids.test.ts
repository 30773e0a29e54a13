import { expect, test } from '@jest/globals';
import { globalId, innerId, newId, parseGlobalId } from '../../src/base/ids.ts';

const uuid = '0190c0de-1234-7abc-8def-0123456789ab';

test('a global id can be parsed into its type and inner id', () => {
  expect(parseGlobalId(globalId('Room', uuid))).toEqual({ typename: 'Room', id: uuid });
  expect(innerId('Room', globalId('Room', uuid))).toBe(uuid);
});

test('the ids of one process sort by the time at which they were created', () => {
  const ids = Array.from({ length: 1000 }, newId);

  expect([...ids].sort()).toEqual(ids);
});

test('the id of another type is refused, and the error names its field', () => {
  const read = () => innerId('Room', globalId('User', uuid), ['roomId']);

  expect(read).toThrow('Expected the id of a Room, got one of a User.');
  expect(read).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', inputPath: ['roomId'], constraint: 'id' }));
});

test.each([
  ['nothing', ''],
  ['noise', '\u0000%%%'],
  ['an inner id', uuid],
  ['no type', globalId('', uuid)],
  ['a type that is no node', globalId('Query', uuid)],
  ['a property that every object has', globalId('toString', uuid)],
  ['no UUID', globalId('Room', '1')],
  ['more than a UUID', globalId('Room', `${uuid}:1`)],
  ['a UUID in upper case', globalId('Room', uuid.toUpperCase())],
  ['a second text for the same bytes', Buffer.from(`Room:${uuid}x`).toString('base64').replace(/.{2}$/, '')],
])('%s is not an id of this server', (_what, text) => {
  expect(() => parseGlobalId(text)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
});
