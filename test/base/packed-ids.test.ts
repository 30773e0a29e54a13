import { expect, test } from '@jest/globals';
import { newId } from '../../src/base/ids.ts';
import { PackedIds } from '../../src/base/packed-ids.ts';

test('a set of ids has those that it was made of, and no others', () => {
  const [ids, others] = [1, 2].map(() => Array.from({ length: 1000 }, () => newId())) as [string[], string[]];

  const packed = new PackedIds(ids);

  expect(ids.filter((id) => !packed.has(id))).toEqual([]);
  expect(others.filter((id) => packed.has(id))).toEqual([]);
  expect(new PackedIds([]).has(newId())).toBe(false);
});
