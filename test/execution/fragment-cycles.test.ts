import { expect, test } from '@jest/globals';
import { withServer } from '../support/with-server.ts';

const { ada } = await withServer('Ada');

test('a circle of fragments is refused, with the place of a fragment in it', async () => {
  const query = `{ viewer { ...A } }
    fragment A on Viewer { ...B }
    fragment B on Viewer { id ...C }
    fragment C on Viewer { ...B }`;

  const { errors } = await ada.tryAsk(query);

  const message = 'The fragment "B" spreads itself, directly or through others.';
  expect(errors).toMatchObject([{ message, locations: [{ line: 3, column: 5 }] }]);
});

test('fragments without a circle may spread the same one', async () => {
  const query = `{ viewer { ...A ...B } }
    fragment A on Viewer { ...C }
    fragment B on Viewer { ...C }
    fragment C on Viewer { id }`;

  expect((await ada.tryAsk(query)).errors).toBeUndefined();
});
