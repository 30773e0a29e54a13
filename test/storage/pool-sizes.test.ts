import { expect, test } from '@jest/globals';
import { poolSizes } from '../../src/storage/pool-sizes.ts';

test.each([
  [4, { reads: 1, writes: 2, prisma: 1 }],
  [5, { reads: 1, writes: 2, prisma: 2 }],
  [10, { reads: 3, writes: 3, prisma: 4 }],
  [40, { reads: 18, writes: 4, prisma: 18 }],
])('%i connections are divided as %j', (connections, sizes) => {
  expect(poolSizes(connections)).toEqual(sizes);
});
