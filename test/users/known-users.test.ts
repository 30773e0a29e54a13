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

test('a user is read once, until a change is announced', async () => {
  const { row, state, users } = oneUser();
  expect([await nameOf(users), await nameOf(users), state.reads]).toEqual(['Ada', 'Ada', 1]);

  row.displayName = 'Ada L.';
  users.forget('ada');

  expect(await nameOf(users)).toBe('Ada L.');
});

test.each([
  ['the user’s change', (users: KnownUsers) => users.forget('ada')],
  ['a gap in the announcements', (users: KnownUsers) => users.clear()],
])('a row that was read before %s is not kept', async (_what, announce) => {
  const { row, state, users } = oneUser();
  let open = () => {};
  state.gate = new Promise((resolve) => {
    open = resolve;
  });
  const early = nameOf(users);
  await new Promise(setImmediate);

  row.displayName = 'Ada L.';
  announce(users);
  open();
  await early;

  expect(await nameOf(users)).toBe('Ada L.');
});

test.each([
  ['the user’s change', (users: KnownUsers) => users.forget('ada')],
  ['a gap in the announcements', (users: KnownUsers) => users.clear()],
])('nor is it kept if other users are read after %s', async (_what, announce) => {
  const { row, state, users } = oneUser();
  let open = () => {};
  state.gate = new Promise((resolve) => {
    open = resolve;
  });
  const early = nameOf(users);
  await until(() => state.reads === 1);
  state.gate = Promise.resolve();

  row.displayName = 'Ada L.';
  announce(users);
  // This read begins when the first one is late, and ends before it.
  await users.load(['grace']);
  open();
  await early;

  expect(await nameOf(users)).toBe('Ada L.');
});

test('a watcher receives each change, until it stops', () => {
  const { users } = oneUser();
  const received: string[] = [];
  const unwatch = users.watch((userId) => received.push(userId));

  users.forget('ada');
  unwatch();
  users.forget('ada');

  expect(received).toEqual(['ada']);
});

test('a read that fails is not kept: the next one asks again', async () => {
  const { state, users } = oneUser();
  state.gate = Promise.reject(new Error('away'));
  await expect(nameOf(users)).rejects.toThrow('away');

  state.gate = Promise.resolve();

  expect([await nameOf(users), state.reads]).toEqual(['Ada', 2]);
});

test('users who do not exist are left out, and asked for again', async () => {
  const { state, users } = oneUser();

  const names = (await users.load(['grace', 'ada', 'linus'])).map(({ displayName }) => displayName);
  await users.load(['grace']);

  expect([names, state.reads]).toEqual([['Ada'], 2]);
});

test('a change during a read affects only its user', async () => {
  const { state, users } = oneUser();
  let open = () => {};
  state.gate = new Promise((resolve) => {
    open = resolve;
  });
  const reading = nameOf(users);
  await until(() => state.reads === 1);

  users.forget('grace');
  open();
  await reading;

  expect([await nameOf(users), state.reads]).toEqual(['Ada', 1]);
});
