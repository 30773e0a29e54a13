import { expect, test } from '@jest/globals';
import { LocalBus } from '../../src/bus/bus.ts';
import { MemoryPresenceStore } from '../../src/presence/memory-store.ts';
import type { Presences } from '../../src/presence/store.ts';
import { typingState } from '../../src/presence/typing-state.ts';
import { userRow } from '../support/user-row.ts';

/** None of them hides. */
const knownUsers = {
  watch: () => () => {},
  load: async (ids: readonly string[]) => ids.map((id) => userRow(id)),
};

/** An answer that is given when `answer` is called. */
function held<Value>() {
  let answer: (value: Value) => void = () => {};
  let ask: () => void = () => {};
  const asked = new Promise<void>((resolve) => {
    ask = resolve;
  });
  const answered = new Promise<Value>((resolve) => {
    answer = resolve;
  });
  const query = () => {
    ask();
    return answered;
  };
  return { query, asked, answer };
}

test('a user who begins to type while the list opens is in it', async () => {
  const store = new MemoryPresenceStore(new LocalBus(() => {}), () => {});
  const looks = [held<Presences>(), held<Presences>()];
  let asked = 0;
  let changed = () => {};
  store.present = () => looks[asked++]!.query();
  store.watch = async (_topic, listener) => {
    changed = listener;
    return () => {};
  };
  const opening = typingState({ presence: store, knownUsers })('tea', () => {});

  await looks[0]!.asked;
  changed();
  expect(asked).toBe(1); // not while the first read runs, which could then end last
  looks[0]!.answer({ count: 0, userIds: [] });
  const state = await opening;
  await looks[1]!.asked;
  looks[1]!.answer({ count: 1, userIds: ['ada'] });
  await new Promise(setImmediate);

  expect(state.snapshot()).toEqual([{ roomId: 'tea', userIds: ['ada'] }]);
  state.close();
});
