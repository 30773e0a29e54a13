import { expect, test } from '@jest/globals';
import { overBudget, sizes } from '../tools/size.js';

test('each entry of the package is as small as promised', async () => {
  const measured = await sizes();

  expect(Object.keys(measured)).toContain('index'); // else this proves nothing
  expect(overBudget(measured)).toEqual([]);
});

test('an entry that grows over its budget is named', () => {
  expect(overBudget({ storage: 1_001, react: 3_000 })).toEqual(['storage has 1001 bytes, of 1000']);
});
