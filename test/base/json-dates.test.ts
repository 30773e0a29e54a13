import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parseWithDates } from '../../src/base/json-dates.ts';

const dates = [...readFileSync('prisma/schema.prisma', 'utf8').matchAll(/^ +(\w+) +DateTime\??(?= )/gm)].map(
  ([, column]) => column!,
);

test('every date of a table is a date again after it was JSON', () => {
  const now = new Date();
  const row = Object.fromEntries(dates.map((column) => [column, now]));

  const parsed = parseWithDates(JSON.stringify({ row })) as { row: object };

  expect(dates).toEqual(expect.arrayContaining(['createdAt', 'bannedUntil']));
  expect(parsed.row).toEqual(row);
});
