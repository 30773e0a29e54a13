import { expect, test } from '@jest/globals';
import { poolSizes } from '../../src/storage/pool-sizes.ts';

test.each([
  [4, { reads: 1, lists: 0, writes: 2, prisma: 1 }],
  [5, { reads: 1, lists: 0, writes: 2, prisma: 2 }],
  [10, { reads: 2, lists: 2, writes: 3, prisma: 3 }],
  [40, { reads: 12, lists: 12, writes: 4, prisma: 12 }],
])('%i connections are divided as %j', (connections, sizes) => {
  expect(poolSizes(connections)).toEqual(sizes);
});
