import { afterEach, describe, expect, test } from '@jest/globals';
import type { Outgoing, Parley, ParleyOptions, RoomSnapshot, Row, Storage } from '../src/api.ts';
import { memoryStorage } from '../src/outbox/memory-storage.ts';
import { settle } from './support/fake-clock.ts';
import { Postbox } from './support/posted.ts';
import { message } from './support/room-log.ts';
import type { Trial } from './support/trial.ts';

const made: Postbox[] = [];

async function postbox(options: Partial<ParleyOptions> = {}, userId?: string): Promise<Postbox> {
  const box = new Postbox(options);
  made.push(box);
  return box.open(userId);
}

const textsOf = ({ inputs }: Postbox) => inputs.map(({ text }) => text);

/** A storage, and its rows as they are. */
function observedStorage() {
  const storage = memoryStorage();
  const rows = (userId = 'ada') => storage.load(`http://chat.example/graphql ${userId}`) as Promise<Row[]>;
  return { storage, rows };
}

afterEach(() => {
  for (const { trial } of made.splice(0)) {
    trial.parley.dispose();
    expect(trial.clock.timers).toBe(0);
  }
});

test('stored rows that are broken are left out with one warning, and the others are sent', async () => {
  const whole = { owner: 'x', roomId: 'r', order: 2, at: 1_000_000 };
  const good = { ...whole, id: 'good', change: { kind: 'send', text: 'good', clientMessageId: 'good' } };
  const rows = [
    null,
    { id: 'no owner' },
    { id: 'no room', owner: 'x', order: 1, at: 1, change: good.change },
    { ...whole, id: 'no change' },
    { ...good, id: 'no order', order: Number.NaN },
    { ...good, id: 'no time', at: 1e300 },
    { ...good, id: 'no kind', change: { kind: 'toString' } },
    { ...good, id: 'no text', change: { kind: 'send', clientMessageId: 'id', text: 5 } },
    { ...good, id: 'no answer to what', change: { kind: 'send', text: 'x', clientMessageId: 'id', replyToId: {} } },
    { ...good, id: 'neither on nor off', change: { kind: 'react', messageId: 'm', emoji: '👍' } },
    good,
  ];
  const box = await postbox({ storage: { ...memoryStorage(), load: async () => rows as readonly Row[] } });
  await settle();

  expect(textsOf(box)).toEqual(['good']);
  expect(box.trial.log.filter((what) => what.includes('rows'))).toHaveLength(1);
});

test('a storage that returns no list is like an empty one, with a warning', async () => {
  const box = await postbox({ storage: { ...memoryStorage(), load: async () => ({}) as readonly Row[] } });
  await settle();

  expect(box.trial.log.filter((what) => what.includes('rows'))).toHaveLength(1);
});

describe('the messages of a room', () => {
  test('are sent one at a time and in order', async () => {
    const box = await postbox();
    for (const text of ['a', 'b', 'c']) box.room.send(text);
    await settle();

    expect(textsOf(box)).toEqual(['a']);
    await box.accept();
    await box.accept();
    await box.accept();

    expect(textsOf(box)).toEqual(['a', 'b', 'c']);
    expect(box.trial.parley.outbox.get()).toEqual([]);
  });

  test('are sent in four rooms at once, and a fifth one gets its turn', async () => {
    const box = await postbox();
    for (const n of [1, 2, 3, 4, 5]) for (const text of ['a', 'b']) box.trial.parley.room(`r${n}`).send(text);
    await settle();
    expect(box.inputs.map(({ roomId }) => roomId)).toEqual(['r1', 'r2', 'r3', 'r4']);

    await box.accept();

    expect(box.inputs.at(-1)).toMatchObject({ roomId: 'r5', text: 'a' });
  });

  test('are sent again with the same id after a cut, and count their tries', async () => {
    const box = await postbox();
    const sent = box.room.send('a');
    await settle();
    const [first] = box.inputs;

    await box.cut();

    expect(box.inputs).toEqual([first]);
    expect(sent.state.get()).toEqual({ status: 'sending', tries: 2 });
  });

  test('that have no answer within 15 seconds are sent again, and the connection is tried', async () => {
    const box = await postbox();
    box.room.send('a');
    await settle();
    for (let second = 0; second < 15; second++) {
      await box.trial.clock.advance(1000);
      box.trial.socket.receive({ type: 'pong' });
    }

    await box.trial.clock.advance(1000);

    expect(textsOf(box)).toEqual(['a', 'a']);
  });

  test.each(['RATE_LIMITED', 'SLOW_MODE'])('wait behind one that is %s', async (code) => {
    const box = await postbox();
    const a = box.room.send('a');
    box.room.send('b');
    await settle();

    await box.refuse(code, { retryAfterMs: 5000 });
    expect(a.state.get()).toMatchObject({ status: 'waiting', code });
    await box.trial.clock.advance(4900);
    expect(textsOf(box)).toEqual(['a']);
    await box.trial.clock.advance(400);

    expect(textsOf(box)).toEqual(['a', 'a']);
  });

  test('do not hold up reactions in slow mode', async () => {
    const box = await postbox();
    box.room.send('a');
    await settle();
    await box.refuse('SLOW_MODE', { retryAfterMs: 60_000 });

    box.room.react('m1', '👍');
    await settle();

    expect(box.inputs.at(-1)).toEqual({ messageId: 'm1', emoji: '👍' });
  });

  test('fail together when the viewer may not write, and are sent with the same ids when retried', async () => {
    const box = await postbox();
    const both = ['a', 'b'].map((text) => box.room.send(text));
    await settle();
    await box.refuse('MUTED');
    expect(both.map(({ state }) => state.get().status)).toEqual(['failed', 'failed']);

    for (const sent of both) sent.retry();
    await settle();
    await box.accept();

    expect(textsOf(box)).toEqual(['a', 'a', 'b']);
    expect(box.inputs[1]).toEqual(box.inputs[0]);
  });

  test('fail alone when the text is refused, and the next one goes on', async () => {
    const box = await postbox();
    const sent = box.room.send('');
    box.room.send('b');
    await settle();

    await box.refuse('INVALID_INPUT');

    expect(textsOf(box)).toEqual(['', 'b']);
    await expect(sent.done).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  test('get a new id when they are retried after IDEMPOTENCY_MISMATCH', async () => {
    const box = await postbox();
    const sent = box.room.send('a');
    await settle();
    await box.refuse('IDEMPOTENCY_MISMATCH');
    const { id } = sent;

    sent.retry();
    await settle();

    expect(sent.id).not.toBe(id);
    expect(box.inputs[1]?.clientMessageId).not.toBe(box.inputs[0]?.clientMessageId);
  });

  test('expire after seven days', async () => {
    const box = await postbox();
    const sent = box.room.send('a');
    await settle();
    await box.refuse('UNKNOWN_OUTCOME');
    await box.trial.clock.sleep(8 * 24 * 3_600_000);
    await box.cut();

    await expect(sent.done).rejects.toMatchObject({ code: 'EXPIRED' });
  });
});

describe('changes', () => {
  test('of a message that waits change its text', async () => {
    const box = await postbox();
    box.room.send('a');
    const b = box.room.send('b');
    box.room.edit(b.id, 'B');
    await settle();

    await box.accept();

    expect(textsOf(box)).toEqual(['a', 'B']);
  });

  test('of a message that was sent follow it', async () => {
    const box = await postbox();
    const a = box.room.send('a');
    await settle();
    box.room.edit(a.id, 'A');
    await box.accept();

    expect(box.inputs[1]).toEqual({ messageId: a.id, text: 'A' });
  });

  test('are sent although the viewer, who has left the room, may not mark it as read', async () => {
    const box = await postbox();
    box.room.markRead(3);
    const { done } = box.room.send('a');
    await settle();

    await box.refuse('FORBIDDEN');
    await box.accept(null);

    await expect(done).resolves.toBeNull();
  });

  test('are sent although the viewer may not edit a message of the room', async () => {
    const box = await postbox();
    box.room.edit('m1', 'not mine');
    const { done } = box.room.send('a');
    await settle();

    await box.refuse('FORBIDDEN');
    await box.accept(null);

    await expect(done).resolves.toBeNull();
  });

  test('that reactions and readings make are sent once, with the last value', async () => {
    const box = await postbox();
    box.room.send('a');
    await settle();
    box.room.react('m1', '👍');
    box.room.react('m1', '👍', false);
    for (const upTo of [3, 9, 5]) box.room.markRead(upTo);
    await box.trial.clock.advance(1000);
    await box.accept();
    await box.accept();

    expect(box.mutations[1]?.payload?.query).toContain('removeReaction');
    expect(box.inputs.slice(1)).toEqual([
      { messageId: 'm1', emoji: '👍' },
      { roomId: 'r', upToSequence: 9 },
    ]);
  });
});

describe('with a storage', () => {
  test('rows are there before the message is sent, and gone when it is', async () => {
    const { storage, rows } = observedStorage();
    const box = await postbox({ storage });
    box.room.send('a');
    expect(await rows()).toMatchObject([{ roomId: 'r', change: { kind: 'send', text: 'a' } }]);
    await settle();

    await box.accept();

    expect(await rows()).toEqual([]);
  });

  test('another client sends what was left, in order, before anything new, and with the same ids', async () => {
    const { storage } = observedStorage();
    const first = await postbox({ storage });
    for (const text of ['a', 'b']) first.room.send(text);
    await settle();
    const [lost] = first.inputs;
    first.trial.parley.dispose();

    const second = await postbox({ storage });
    second.room.send('c');
    await settle();
    for (let n = 0; n < 3; n++) await second.accept();

    expect(textsOf(second)).toEqual(['a', 'b', 'c']);
    expect(second.inputs[0]).toEqual(lost);
  });

  test('a failed message is still there, and failed', async () => {
    const { storage } = observedStorage();
    const first = await postbox({ storage });
    first.room.send('a');
    await settle();
    await first.refuse('INVALID_INPUT');
    first.trial.parley.dispose();

    const second = await postbox({ storage });

    expect(second.trial.parley.outbox.get().map(({ state }) => state.get())).toMatchObject([
      { status: 'failed', why: { code: 'INVALID_INPUT' } },
    ]);
    expect(second.inputs).toEqual([]);
  });

  test('a reply shows what it replies to as soon as that is loaded', async () => {
    const { storage } = observedStorage();
    const first = await postbox({ storage });
    first.room.send('a', { replyTo: 'm1' });
    await settle();
    first.trial.parley.dispose();
    const { room } = await postbox({ storage });
    const shown = () => room.messages.get().items.at(-1)!;
    expect(shown().replyTo).toEqual({ id: 'm1', sequence: 0, text: null, deletedAt: null, author: null });

    const snapshot = { viewer: { user: { id: 'ada' } }, room: { messages: { nodes: [message(1)] } } };
    room.restore(snapshot as unknown as RoomSnapshot);
    const before = shown();
    room.markRead(1);

    expect(before.replyTo).toEqual({ id: 'm1', sequence: 1, text: 'text 1', deletedAt: null, author: null });
    expect(shown()).toBe(before);
  });

  test('another user neither sees nor sends the rows', async () => {
    const { storage } = observedStorage();
    const first = await postbox({ storage });
    first.room.send('a');
    await settle();
    first.trial.parley.dispose();

    const second = await postbox({ storage }, 'grace');

    expect(second.trial.parley.outbox.get()).toEqual([]);
    expect(second.inputs).toEqual([]);
  });

  test('that fails, messages are sent all the same', async () => {
    const no = () => Promise.reject(new Error('full'));
    const box = await postbox({ storage: { load: no, put: no, delete: no, clear: no } });
    box.room.send('a');
    await settle();

    expect(textsOf(box)).toEqual(['a']);
    expect(box.trial.log).toContain('STORAGE');
  });

  test('that hangs, messages are sent after five seconds', async () => {
    const never = () => new Promise<never>(() => {});
    const box = await postbox({ storage: { load: never, put: never, delete: never, clear: never } });
    box.room.send('a');
    await box.trial.clock.advance(5000);

    expect(textsOf(box)).toEqual(['a']);
  });

  test('what was typed before the user is known is stored when it is', async () => {
    const { storage, rows } = observedStorage();
    const box = new Postbox({ storage });
    made.push(box);
    box.room.send('a');
    await box.open();

    expect(await rows()).toHaveLength(1);
    expect(textsOf(box)).toEqual(['a']);
  });
});

describe('a message that is written before the server has said who is signed in', () => {
  /** What a client leaves that is never connected. */
  async function writtenOffline(storage: Storage) {
    const box = new Postbox({ storage });
    made.push(box);
    box.room.send('early');
    await settle();
    const reload = async (userId?: string) => {
      box.trial.parley.dispose();
      return postbox({ storage }, userId);
    };
    return { box, reload };
  }

  /** A storage of a device that a user has used. */
  async function usedBy(userId: string) {
    const { storage } = observedStorage();
    (await postbox({ storage }, userId)).trial.parley.dispose();
    return storage;
  }

  const statesIn = ({ trial }: Postbox) => trial.parley.outbox.get().map(({ state }) => state.get());

  test.each([
    ['the first user ever', async () => memoryStorage()],
    ['the user who was there last', () => usedBy('ada')],
  ])('is sent after a reload by %s', async (_who, open) => {
    const storage = await open();
    const { reload } = await writtenOffline(storage);

    const box = await reload('ada');
    expect(textsOf(box)).toEqual(['early']);
    await box.accept();
    box.trial.parley.dispose();

    expect(textsOf(await postbox({ storage }, 'ada'))).toEqual([]);
  });

  test('is not sent after a reload by another user, and only on demand when the last one is back', async () => {
    const storage = await usedBy('ada');
    const { reload } = await writtenOffline(storage);

    const bob = await reload('bob');
    expect([textsOf(bob), statesIn(bob)]).toEqual([[], []]);
    bob.trial.parley.dispose();
    const ada = await postbox({ storage }, 'ada');
    expect([textsOf(ada), statesIn(ada)]).toMatchObject([[], [{ status: 'failed', why: { code: 'SIGNED_OUT' } }]]);
    ada.trial.parley.outbox.get()[0]?.retry();
    await settle();

    expect(textsOf(ada)).toEqual(['early']);
  });

  test('fails if another user signs in than was there last, who may send it all the same', async () => {
    const { box } = await writtenOffline(await usedBy('ada'));
    const seen: unknown[] = [];
    box.trial.parley.outbox.subscribe(() => seen.push(...statesIn(box).map(({ status }) => status)));

    await box.open('bob');
    expect(seen).toEqual(['failed']);
    expect([textsOf(box), statesIn(box)]).toMatchObject([[], [{ status: 'failed', why: { code: 'SIGNED_OUT' } }]]);
    box.trial.parley.outbox.get()[0]?.retry();
    await settle();

    expect(textsOf(box)).toEqual(['early']);
  });

  test.each([
    ['signed out', ({ parley }: Trial) => parley.signOut()],
    ['has no token any more', ({ parley }: Trial) => [parley.disconnect(), parley.connect()]],
  ])('is sent by the next user if the last one %s', async (_what, end) => {
    const { storage } = observedStorage();
    const fetch = () => Promise.reject(new Error('offline'));
    const ada = await postbox({ storage, fetch });
    ada.trial.tokens = [null];
    await end(ada.trial);
    await settle();
    ada.trial.parley.dispose();
    const { reload } = await writtenOffline(storage);

    expect(textsOf(await reload('bob'))).toEqual(['early']);
  });

  test('is forgotten after a reload by another user if it only says what was read', async () => {
    const storage = await usedBy('ada');
    const { box, reload } = await writtenOffline(storage);
    box.trial.parley.outbox.get()[0]?.discard();
    box.room.markRead(3);
    await settle();

    (await reload('bob')).trial.parley.dispose();

    for (const scope of ['ada', 'bob', '?'])
      expect(await storage.load(`http://chat.example/graphql ${scope}`)).toEqual([]);
  });

  test('is not taken by another client while its own one lives', async () => {
    const { storage } = observedStorage();
    const { box } = await writtenOffline(storage);

    const other = await postbox({ storage }, 'bob');
    expect([textsOf(other), other.trial.parley.outbox.elsewhere.get()]).toEqual([[], 1]);
    await box.open('ada');

    expect(textsOf(box)).toEqual(['early']);
  });

  test.each([
    ['nobody was known', async () => memoryStorage()],
    ['the user who signs out was there last', () => usedBy('ada')],
  ])('is forgotten by a sign-out after a reload without a connection; %s', async (_who, open) => {
    const storage = await open();
    const { box } = await writtenOffline(storage);
    box.trial.parley.dispose();
    const offline = new Postbox({ storage });

    await offline.trial.parley.signOut();
    offline.trial.parley.dispose();

    for (const user of ['bob', 'ada']) {
      const { trial, inputs } = await postbox({ storage }, user);
      expect([inputs, trial.parley.outbox.get()]).toEqual([[], []]);
      trial.parley.dispose();
    }
  });

  test('is forgotten if somebody signs out, who cannot be known', async () => {
    const { storage } = observedStorage();
    const { box, reload } = await writtenOffline(storage);

    expect(await box.trial.parley.signOut({ unsent: 'keep' })).toEqual({ unsent: 1 });

    expect(textsOf(await reload('bob'))).toEqual([]);
  });
});

test('a refused mark is forgotten, and the same position is sent again', async () => {
  const { storage, rows } = observedStorage();
  const box = await postbox({ storage });
  box.room.markRead(3);
  await settle();
  await box.refuse('FORBIDDEN');
  expect(await rows()).toEqual([]);
  await box.trial.clock.advance(1000);
  expect(box.inputs).toHaveLength(1);

  box.room.markRead(3);
  await settle();

  expect(box.inputs).toEqual(Array(2).fill({ roomId: 'r', upToSequence: 3 }));
});

test('another user marks what they have read, not what the former one has', async () => {
  const box = await postbox();
  box.room.markRead(9);
  await settle();
  await box.accept(null);
  await box.cut('grace');

  box.room.markRead(3);
  await box.trial.clock.advance(1000);

  expect(box.inputs).toEqual([{ roomId: 'r', upToSequence: 3 }]);
});

test('a message that has failed is sent once more if it is sent with the same id, also by another client', async () => {
  const { storage } = observedStorage();
  const first = await postbox({ storage });
  first.room.send('a', { clientMessageId: 'reply to 1' });
  await settle();
  await first.refuse('MUTED');
  first.trial.parley.dispose();
  const second = await postbox({ storage });

  const sent = second.room.send('b', { clientMessageId: 'reply to 1' });
  await settle();
  await second.accept({ id: 'stored' });

  expect(second.inputs).toEqual([{ roomId: 'r', text: 'b', clientMessageId: 'reply to 1' }]);
  await expect(sent.done).resolves.toEqual({ id: 'stored' });
});

test('a message that has failed is sent with the new document if it is sent with the same id, or with none', async () => {
  const box = await postbox();
  const answers: unknown[] = [];
  const own = (name: string) => ({
    payload: (input: object) => ({ query: `mutation ${name} { a }`, variables: { input } }),
    answered: () => answers.push(name),
  });
  const send = (request?: ReturnType<typeof own>) =>
    box.room.send('a', { clientMessageId: 'id', ...(request && { request }) });
  send(own('First'));
  await settle();
  await box.refuse('MUTED');
  const second = send(own('Second'));
  await settle();
  await box.refuse('MUTED');
  expect(second.state.get().status).toBe('failed');

  const third = send();
  await settle();
  await box.accept({ id: 'stored' });

  expect(answers).toEqual(['First', 'Second']);
  await expect(third.done).resolves.toEqual({ id: 'stored' });
});

describe('a request of the app', () => {
  const own = { payload: (input: object) => ({ query: 'mutation Own { a }', variables: { input } }), answered() {} };

  test.each<[string, () => unknown, RegExp]>([
    [
      'throws',
      () => {
        throw new Error('no text');
      },
      /no text/,
    ],
    ['gives nothing', () => null, /query/],
    ['gives a promise', () => Promise.resolve(own.payload({})), /query/],
    ['gives a query that is no text', () => ({ query: 5, variables: {} }), /query/],
    ['gives variables that are a list', () => ({ query: 'mutation Own { a }', variables: [] }), /variables/],
    ['gives variables that JSON cannot hold', () => ({ query: 'mutation Own { a }', variables: { n: 1n } }), /BigInt/],
  ])('that %s fails its message alone, and is not sent', async (_what, payload, message) => {
    const box = await postbox();
    const sent = box.room.send('a', { request: { ...own, payload: payload as typeof own.payload } });
    const { done } = box.room.send('b');
    await settle();

    await expect(sent.done).rejects.toMatchObject({ code: 'BAD_REQUEST', message: expect.stringMatching(message) });
    await box.accept({ id: 'stored' });
    await expect(done).resolves.toEqual({ id: 'stored' });
  });

  test.each([
    [
      'throws',
      () => {
        throw new Error('fault');
      },
    ],
    ['rejects', () => Promise.reject(new Error('fault'))],
  ])('that %s at the answer has sent its message, and is reported', async (_what, answered) => {
    const box = await postbox();
    const sent = box.room.send('a', { request: { ...own, answered } });
    await settle();

    await box.accept();

    expect(sent.state.get().status).toBe('sent');
    expect(box.trial.faults).toMatchObject([{ code: 'LISTENER', message: 'Error: fault' }]);
  });
});

test('what is sent after the end of a client fails at once', async () => {
  const box = await postbox();
  box.trial.parley.dispose();

  await expect(box.room.send('a').done).rejects.toMatchObject({ code: 'DISPOSED' });
});

describe('a viewer who signs out', () => {
  const fetch = () => Promise.reject(new Error('offline'));

  test('and discards what is unsent, finds none of it later, also if it was being stored', async () => {
    const { storage, rows } = observedStorage();
    let finish = () => {};
    const slow = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const put = (scope: string, row: Row) => slow.then(() => storage.put(scope, row));
    const box = await postbox({ storage: { ...storage, put }, fetch });
    const sent = box.room.send('a');
    box.room.edit(sent.id, 'b');

    const signedOut = box.trial.parley.signOut();
    const late = box.room.send('c');
    finish();

    expect(await signedOut).toEqual({ unsent: 1 });
    expect(await rows()).toEqual([]);
    await expect(late.done).rejects.toMatchObject({ code: 'SIGNED_OUT' });
  });

  /** Ada has sent one message that is under way, and one that is refused, and signs out. */
  async function leftByAda() {
    const { storage, rows } = observedStorage();
    const box = await postbox({ storage, fetch });
    const refused = box.room.send('refused');
    const kept = box.room.send('kept');
    await settle();
    await box.refuse('INVALID_INPUT');
    await box.trial.parley.signOut({ unsent: 'keep' });
    return { box, refused, kept, rows };
  }

  test('and keeps what is unsent, sends it when they sign in again', async () => {
    const { box, refused, kept } = await leftByAda();
    const before = box.inputs[1];
    expect(box.trial.parley.outbox.get()).toEqual([]);
    expect([kept, refused].map(({ state }) => state.get().status)).toEqual(['queued', 'failed']);
    await expect(kept.done).rejects.toMatchObject({ code: 'SIGNED_OUT' });

    await box.open();
    expect(box.trial.parley.outbox.get()).toEqual([refused, kept]);
    expect(box.inputs).toEqual([before]);
    await box.accept({ id: 'stored' });

    expect(kept.state.get().status).toBe('sent');
    await expect(kept.done).resolves.toEqual({ id: 'stored' });
  });

  test('and keeps what is unsent, retries and discards it although another user has signed in', async () => {
    const { box, refused, kept, rows } = await leftByAda();
    await box.open('bob');

    expect([refused.retry(), kept.retry()]).toEqual([true, false]);
    kept.discard();
    await settle();
    expect([box.inputs, box.trial.parley.outbox.get()]).toEqual([[], []]);
    expect(await rows('bob')).toEqual([]);
    await box.cut('ada');

    expect(textsOf(box)).toEqual(['refused']);
  });

  test('and returns after another user, sends what they had left', async () => {
    const box = await postbox();
    box.room.send('a');
    await settle();
    const [before] = box.inputs;

    await box.cut('grace');
    expect(box.inputs).toEqual([]);
    await box.cut();

    expect(box.inputs).toEqual([before]);
  });
});

/** Shows the room, and answers that there is none. */
async function findsNoRoom(box: Postbox) {
  const release = box.room.hold();
  await settle();
  box.trial.socket.answer('next', { data: { room: null, viewer: null } });
  box.trial.socket.answer('complete');
  await settle();
  return release;
}

test('what was under way when its room was closed is sent if the server accepts it all the same', async () => {
  const box = await postbox();
  const left = box.room.send('under way');
  await settle();
  const release = await findsNoRoom(box);
  await expect(left.done).rejects.toMatchObject({ code: 'NOT_FOUND' });

  await box.accept({ id: left.id });

  expect(left.state.get()).toEqual({ status: 'sent' });
  await expect(left.done).resolves.toMatchObject({ id: left.id });
  release();
});

test('what is written in a room that an anonymous viewer may not see waits for the sign-in', async () => {
  const box = new Postbox({ token: null });
  made.push(box);
  const early = box.room.send('early');
  await box.trial.connected();
  const release = await findsNoRoom(box);

  expect(early.state.get()).toEqual({ status: 'queued' });
  release();
});

test('what was under way when its room was closed is not sent again after a cut', async () => {
  const box = await postbox();
  const left = box.room.send('under way');
  await settle();
  expect(textsOf(box)).toEqual(['under way']);
  const release = box.room.hold();
  box.trial.socket.answer('next', { data: { room: null, viewer: null } });
  box.trial.socket.answer('complete');
  await settle();
  expect(left.state.get()).toMatchObject({ status: 'failed', why: { code: 'NOT_FOUND' } });

  await box.cut();
  await box.trial.clock.advance(60_000);

  expect(left.state.get()).toMatchObject({ status: 'failed', why: { code: 'NOT_FOUND' } });
  expect(box.inputs).toEqual([]);
  release();
});

describe('what a viewer could not send before their token ended', () => {
  async function leftByAda() {
    const { storage, rows } = observedStorage();
    let token: string | null = 'ada';
    const box = await postbox({ storage, token: () => token });
    const left = box.room.send('of Ada');
    await settle();
    const { parley } = box.trial;
    token = null;
    parley.disconnect();
    parley.connect();
    await settle();
    expect(parley.session.get()).toEqual({ status: 'signed-out', why: 'no-token' });
    const shown = () => [parley.outbox.get(), box.room.messages.get().items].map(({ length }) => length);
    const open = async (userId: string) => {
      token = userId;
      await box.open(userId);
    };
    return { box, left, rows, shown, open };
  }

  test('is shown to nobody else', async () => {
    const { left, rows, shown } = await leftByAda();

    expect(shown()).toEqual([0, 0]);
    await expect(left.done).rejects.toMatchObject({ code: 'SIGNED_OUT' });
    expect(await rows()).toMatchObject([{ change: { text: 'of Ada' } }]);
  });

  test('is sent when they return; what the next one has typed before they connected is sent as theirs', async () => {
    const { box, rows, shown, open } = await leftByAda();
    box.room.send('of Bob');
    expect(shown()).toEqual([1, 1]);

    await open('bob');
    expect([textsOf(box), await rows()]).toEqual([['of Bob'], [expect.objectContaining({ roomId: 'r' })]]);
    await box.accept();
    await box.cut('ada');

    expect(textsOf(box)).toEqual(['of Ada']);
  });
});

describe('a retry', () => {
  test('does nothing to what has not failed, and says so', async () => {
    const box = await postbox();
    const [first, second] = ['a', 'b'].map((text) => box.room.send(text));
    await settle();
    expect([first, second].map((one) => [one?.state.get().status, one?.retry()])).toEqual([
      ['sending', false],
      ['queued', false],
    ]);
    await box.refuse('RATE_LIMITED');
    expect([first?.state.get().status, first?.retry()]).toEqual(['waiting', false]);
    await box.trial.clock.advance(2000);

    await box.accept();

    expect([first?.state.get().status, first?.retry()]).toEqual(['sent', false]);
  });

  test.each([
    ['DISCARDED', (_parley: Parley, sent: Outgoing) => sent.discard()],
    ['DISPOSED', (parley: Parley) => parley.dispose()],
    ['SIGNED_OUT', (parley: Parley) => void parley.signOut()],
  ])('does nothing to what is over (%s), and says so', async (code, end) => {
    const { room, trial } = await postbox({ fetch: () => Promise.reject(new Error('offline')) });
    const sent = room.send('a');
    end(trial.parley, sent);
    await settle();
    expect(sent.state.get()).toMatchObject({ status: 'failed', why: { code } });

    expect(sent.retry()).toBe(false);
  });
});

test('a message is discarded for good', async () => {
  const { storage, rows } = observedStorage();
  const box = await postbox({ storage });
  box.room.send('a');
  const b = box.room.send('b');
  await settle();

  b.discard();
  await box.accept();

  expect(textsOf(box)).toEqual(['a']);
  expect(await rows()).toEqual([]);
  await expect(b.done).rejects.toMatchObject({ code: 'DISCARDED' });
});
