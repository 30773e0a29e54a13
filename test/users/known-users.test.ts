import { expect, test } from '@jest/globals';
import { KnownUsers } from '../../src/users/known-users.ts';
import { queryAnswering } from '../support/query.ts';
import { until } from '../support/until.ts';

/** A table of one user whose name changes, with an answer that may be held back. */
function oneUser() {
  const row = { id: 'ada', displayName: 'Ada' };
  const state = { reads: 0, gate: Promise.resolve() };
  const query = queryAnswering(async () => {
    state.reads += 1;
    const rows = [{ ...row }];
    await state.gate;
    return rows;
  });
  return { row, state, users: new KnownUsers(query, () => {}) };
}

const nameOf = async (users: KnownUsers) => (await users.load(['ada']))[0]?.displayName;

test('a user is read once, until word comes of a change', async () => {
  const { row, state, users } = oneUser();
  expect([await nameOf(users), await nameOf(users), state.reads]).toEqual(['Ada', 'Ada', 1]);

  row.displayName = 'Ada L.';
  users.forget('ada');

  expect(await nameOf(users)).toBe('Ada L.');
});

test.each([
  ['of a change', (users: KnownUsers) => users.forget('ada')],
  ['that changes may have been missed', (users: KnownUsers) => users.clear()],
])('what was read before word came %s is not kept', async (_what, tell) => {
  const { row, state, users } = oneUser();
  let open = () => {};
  state.gate = new Promise((resolve) => {
    open = resolve;
  });
  const early = nameOf(users);
  await new Promise(setImmediate);

  row.displayName = 'Ada L.';
  tell(users);
  open();
  await early;

  expect(await nameOf(users)).toBe('Ada L.');
});

test.each([
  ['of a change', (users: KnownUsers) => users.forget('ada')],
  ['that changes may have been missed', (users: KnownUsers) => users.clear()],
])('nor is it kept if others are read beside it after word came %s', async (_what, tell) => {
  const { row, state, users } = oneUser();
  let open = () => {};
  state.gate = new Promise((resolve) => {
    open = resolve;
  });
  const early = nameOf(users);
  await until(() => state.reads === 1);
  state.gate = Promise.resolve();

  row.displayName = 'Ada L.';
  tell(users);
  // Begins when the first one has kept it waiting for long enough, and ends before that.
  await users.load(['grace']);
  open();
  await early;

  expect(await nameOf(users)).toBe('Ada L.');
});

test('who watches is told of each change, until they stop', () => {
  const { users } = oneUser();
  const told: string[] = [];
  const unwatch = users.watch((userId) => told.push(userId));

  users.forget('ada');
  unwatch();
  users.forget('ada');

  expect(told).toEqual(['ada']);
});
