import { expect, test } from '@jest/globals';
import { rateLimited } from '../../src/base/errors.ts';

test('a time to wait is a whole number, as clients read it as an Int, and not too short', () => {
  const error = rateLimited('Wait.', 1.2);

  expect(error.retryAfterMs).toBe(2);
  expect(error.extensions.retryAfterMs).toBe(2);
});
