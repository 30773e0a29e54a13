import { expect, test } from '@jest/globals';
import { OpeningBudget } from '../../../src/sessions/external/opening-budget.ts';

test.each([[0], [1_000_000]])(
  'at %i ms, a user opens 150 devices, then one in each second; others have their own budget',
  (start) => {
    let now = start;
    const budget = new OpeningBudget(() => now);
    const openings = (userId: string, count: number) => {
      for (let number = 0; number < count; number += 1) budget.take(userId);
    };

    openings('ada', 150);
    expect(() => budget.take('ada')).toThrow(expect.objectContaining({ code: 'RATE_LIMITED', retryAfterMs: 1000 }));
    openings('grace', 150);
    now += 2500;
    openings('ada', 2);

    expect(() => budget.take('ada')).toThrow(expect.objectContaining({ retryAfterMs: 500 }));
  },
);
