import { afterEach, describe, expect, test } from '@jest/globals';
import { showOutbox } from '../src/adapters/show-outbox.ts';
import type { RoomSnapshot } from '../src/api.ts';
import { settle } from './support/fake-clock.ts';
import { frame, message } from './support/room-log.ts';
import { Trial } from './support/trial.ts';

const made: Trial[] = [];

afterEach(() => {
  for (const { parley } of made.splice(0)) parley.dispose();
});

/** A client whose server the test plays. */
function unconnected() {
  let token: string | null = null;
  const fetch = async () => Response.json({ data: { viewer: null } });
  const trial = new Trial({ token: () => token, fetch });
  made.push(trial);
  const signIn = (as?: string) => {
    token = as ?? null;
  };
  const connect = async (as?: string) => {
    signIn(as);
    await trial.connected({ userId: as });
  };
  const asked = (name: string) => trial.socket.subscribed.filter(({ payload }) => payload?.query?.includes(name));
  const receive = async (name: string, type: string, payload?: unknown) => {
    trial.socket.receive({ id: asked(name).at(-1)?.id, type, payload });
    await settle();
  };
  const load = async (userId: string, ...texts: string[]) => {
    const nodes = texts.map((text, index) => message(index + 1, { text }));
    const room = { id: 'r', lastEventNumber: 1, syncCursor: `c ${userId}`, messages: { nodes } };
    await receive('RoomSnapshot', 'next', { data: { viewer: { user: { id: userId } }, room } });
    await receive('RoomSnapshot', 'complete');
    await receive('RoomEvents', 'next', { data: { roomEvents: frame(1, 1, { cursor: `c ${userId}` }) } });
  };
  const { parley } = trial;
  return { trial, parley, room: parley.room('r'), connect, signIn, asked, receive, load };
}

/** A client that is connected as somebody, or as nobody. */
async function connectedAs(userId?: string) {
  const client = unconnected();
  await client.connect(userId);
  return client;
}

/** Ada has read the room. */
async function readByAda() {
  const client = await connectedAs('ada');
  const release = client.room.hold();
  await settle();
  await client.load('ada', 'for Ada alone');
  const shown = () => client.room.messages.get().items.map(({ text }) => text);
  expect([client.room.state.get().status, shown()]).toEqual(['live', ['for Ada alone']]);
  return { ...client, shown, release };
}

function snapshotOf(userId?: string): RoomSnapshot {
  const room = { id: 'r', lastEventNumber: 1, syncCursor: 'c', messages: { nodes: [message(1)] } };
  return { viewer: userId ? { user: { id: userId } } : null, room } as unknown as RoomSnapshot;
}

describe('a room that one user has read', () => {
  test('shows nothing as soon as they sign out', async () => {
    const { parley, room, shown } = await readByAda();
    const seen: unknown[] = [];
    parley.session.subscribe(() => seen.push(shown()));

    await parley.signOut();

    expect(seen).toEqual([[]]);
    expect(room.state.get()).toEqual({ status: 'loading' });
  });

  test('is loaded anew by the next one, who sees nothing of it before', async () => {
    const { parley, room, connect, asked, load, shown } = await readByAda();
    const seen: unknown[] = [];
    parley.session.subscribe(() => seen.push(shown()));
    parley.disconnect();
    await connect('bob');

    expect(seen.at(-1)).toEqual([]);
    expect(room.state.get()).toEqual({ status: 'loading' });
    room.send('mine');
    expect(room.messages.get().items[0]?.author).toBeNull();
    await load('bob', 'for all');

    expect(shown()).toEqual(['for all', 'mine']);
    expect(asked('RoomEvents').map(({ payload }) => payload?.variables)).toEqual([{ roomId: 'r', after: 'c bob' }]);
    expect(room.messages.get().items.at(-1)?.author?.id).toBe('bob');
  });

  test('is forgotten too if nobody holds it', async () => {
    const { trial, parley, room, connect, shown, release } = await readByAda();
    release();
    await trial.clock.advance(2_000);
    expect(shown()).toEqual(['for Ada alone']);
    parley.disconnect();
    await connect('bob');

    expect([shown(), room.state.get()]).toEqual([[], { status: 'idle' }]);
  });

  test.each([
    ['held', async () => {}],
    [
      'no longer held',
      async ({ release, trial }: Awaited<ReturnType<typeof readByAda>>) => {
        release();
        await trial.clock.advance(2_000);
      },
    ],
  ])('and is %s, takes no snapshot of theirs for the next one', async (_what, leave) => {
    const client = await readByAda();
    const { parley, room, connect, shown } = client;
    await leave(client);
    parley.disconnect();
    await connect('bob');

    room.restore(snapshotOf('ada'));

    expect(shown()).toEqual([]);
  });

  test('does not show what was on its way for them', async () => {
    const { trial, parley, room, connect, asked, receive, load, shown } = await readByAda();
    void room.jumpTo(1);
    await receive('RoomEvents', 'next', { data: { roomEvents: frame(1, 2) } });
    expect([asked('MessagesAround').length, shown().length]).toEqual([1, 2]);
    parley.disconnect();
    await connect('bob');
    await load('bob', 'for all');

    expect([asked('MessagesAround'), shown()]).toEqual([[], ['for all']]);
    expect(trial.faults).toEqual([]);
  });

  test('keeps no error, and no message that the next one sends without following it', async () => {
    const { trial, parley, room, connect, receive, shown, release } = await readByAda();
    const failed = room.toNewest();
    await receive('MessagesAround', 'next', { errors: [{ message: 'no', extensions: { code: 'FORBIDDEN' } }] });
    await receive('MessagesAround', 'complete');
    await expect(failed).rejects.toMatchObject({ code: 'FORBIDDEN' });
    release();
    await trial.clock.advance(2_000);
    parley.disconnect();
    await connect('bob');
    expect(room.messages.get().error).toBeUndefined();

    const sent = room.send('mine');
    await settle();
    const payload = { message: message(2), userErrors: [] };
    await receive('SendMessage', 'next', { data: { sendMessage: payload } });
    await receive('SendMessage', 'complete');

    await expect(sent.done).resolves.toMatchObject({ sequence: 2 });
    expect(shown()).toEqual([]);
  });

  test('shows nothing as soon as the app has no token any more', async () => {
    const { parley, signIn, shown } = await readByAda();
    parley.disconnect();
    signIn();
    parley.connect();
    await settle();

    expect([parley.session.get(), shown()]).toEqual([{ status: 'signed-out', why: 'no-token' }, []]);
  });

  test('goes on where it was if the same one comes back', async () => {
    const { parley, connect, asked, shown } = await readByAda();
    parley.disconnect();
    await connect('ada');

    expect(shown()).toEqual(['for Ada alone']);
    expect(asked('RoomEvents').map(({ payload }) => payload?.variables)).toEqual([{ roomId: 'r', after: 'c ada' }]);
  });
});

describe('a sign-out', () => {
  /** A client whose server has not answered yet that the session is revoked. */
  function signingOut() {
    const sent: unknown[] = [];
    const answers: (() => void)[] = [];
    const fetch = (_url: unknown, init?: RequestInit) => {
      const { query, variables } = JSON.parse(init?.body as string);
      sent.push([new Headers(init?.headers).get('authorization'), query.match(/session|revokeSession/)[0], variables]);
      return new Promise<Response>((resolve, reject) => {
        init?.signal?.addEventListener('abort', () => {
          sent.push('aborted');
          reject(new Error('aborted'));
        });
        answers.push(() => resolve(Response.json({ data: { viewer: { session: { id: 's' } } } })));
      });
    };
    const trial = new Trial({ fetch });
    made.push(trial);
    const revoked = [
      ['Bearer token-1', 'session', undefined],
      ['Bearer token-1', 'revokeSession', { id: 's' }],
    ];
    const answer = async () => {
      answers.shift()?.();
      await settle();
    };
    /** Signs out, and lets the server answer both requests. */
    const signOut = async () => {
      const done = trial.parley.signOut();
      await settle();
      await answer();
      await answer();
      return done;
    };
    return { trial, sent, answer, signOut, revoked };
  }

  test('is over at once, and does not end the session of the next user, who signs in meanwhile', async () => {
    const { trial, sent, answer, revoked } = signingOut();
    await trial.connected({ userId: 'ada' });

    const done = trial.parley.signOut();
    expect(trial.parley.session.get()).toEqual({ status: 'signed-out', why: 'signed-out' });
    await trial.connected({ userId: 'bob' });
    await answer();
    await answer();

    expect(await done).toEqual({ unsent: 0 });
    expect(sent).toEqual(revoked);
    expect(trial.parley.session.get()).toMatchObject({ status: 'signed-in', userId: 'bob' });
    expect(trial.connection.status).toBe('ready');
  });

  test('revokes the session although the app disposes of the client', async () => {
    const { trial, sent, signOut, revoked } = signingOut();
    await trial.connected({ userId: 'ada' });
    trial.parley.session.subscribe(() => trial.parley.dispose());

    expect(await signOut()).toEqual({ unsent: 0 });
    expect(sent).toEqual(revoked);
  });

  test.each([
    ['has never connected', () => {}],
    ['is about to connect', ({ parley }: Trial) => parley.connect()],
  ])('of a client that %s revokes the session', async (_what, begin) => {
    const { trial, sent, signOut, revoked } = signingOut();
    trial.tokens = ['token-1', 'token-1'];
    begin(trial);

    expect(await signOut()).toEqual({ unsent: 0 });
    expect(sent).toEqual(revoked);
    expect([trial.connection.status, trial.parley.session.get().status]).toEqual(['closed', 'signed-out']);
  });

  test('asks for no token if nobody is signed in', async () => {
    const { trial, sent } = signingOut();
    trial.tokens = [null];
    await trial.connected();

    await trial.parley.signOut();
    await trial.parley.signOut();

    expect([trial.reasons, sent]).toEqual([['start'], []]);
  });

  test('revokes the former session, and not that of a listener that connects at once', async () => {
    const { trial, sent, answer, revoked } = signingOut();
    const { parley } = trial;
    await trial.connected({ userId: 'ada' });
    const seen: string[] = [];
    parley.session.subscribe(() => seen.push(parley.session.get().status));
    parley.connection.subscribe(() => trial.connection.status === 'closed' && parley.connect());

    const done = parley.signOut();
    await trial.acknowledged({ userId: 'bob' });
    await answer();
    await answer();

    expect(await done).toEqual({ unsent: 0 });
    expect(sent).toEqual(revoked);
    expect([trial.connection.status, seen]).toEqual(['ready', ['signed-out', 'unknown', 'signed-in']]);
  });

  test('ends without an answer, also if the client is disposed of', async () => {
    const { trial, sent, revoked } = signingOut();
    await trial.connected({ userId: 'ada' });

    const done = trial.parley.signOut();
    trial.parley.dispose();
    await trial.clock.advance(30_000);

    expect(await done).toEqual({ unsent: 0 });
    expect(sent).toEqual([revoked[0], 'aborted']);
  });
});

describe('a listener that ends the connection while it is acknowledged', () => {
  test.each([
    ['signs out', ({ parley }: Trial): void => void parley.signOut(), 'closed', 'signed-out'],
    ['disconnects', ({ parley }: Trial) => parley.disconnect(), 'closed', 'signed-in'],
    ['disposes', ({ parley }: Trial) => parley.dispose(), 'closed', 'signed-in'],
    ['terminates', ({ parley }: Trial) => parley.socket.terminate(), 'waiting', 'signed-in'],
  ] as const)('%s, and renews no token', async (_does, end, connection, session) => {
    const trial = new Trial();
    made.push(trial);
    const { parley, clock } = trial;
    const stop = parley.session.subscribe(() => {
      stop();
      end(trial);
    });

    const [serverTime, expiresAt] = [0, 20_000].map((ms) => new Date(clock.now() + ms).toISOString());
    await trial.connected({ userId: 'ada', serverTime, expiresAt });

    expect([trial.connection.status, parley.session.get().status]).toEqual([connection, session]);
    await clock.advance(15_000);
    expect(trial.reasons).toEqual(['start']);
  });

  test('signs out for good also when it is told that the former user is gone', async () => {
    const { trial, parley, room, shown, connect } = await readByAda();
    room.messages.subscribe(() => shown().length === 0 && void parley.signOut());
    parley.disconnect();
    await connect('bob');

    expect([trial.connection.status, parley.session.get().status]).toEqual(['closed', 'signed-out']);
  });
});

describe('who types and who is present', () => {
  async function withGrace() {
    const client = await connectedAs('ada');
    const { parley, room, receive } = client;
    const presence = parley.presence(['r']);
    const stops = [room.typists, presence].map((store) => store.subscribe(() => {}));
    await receive('TypingChanged', 'next', { data: { typingChanged: { users: [{ id: 'grace' }] } } });
    const changed = [{ user: { id: 'grace' }, status: 'ONLINE', statusText: null }];
    const presenceChanged = { roomId: 'r', isSnapshot: true, onlineCount: 1, changed, wentOffline: [] };
    await receive('PresenceChanged', 'next', { data: { presenceChanged } });
    const seen = () => [room.typists.get().length, presence.get().users.size];
    expect(seen()).toEqual([1, 1]);
    return { ...client, stops, seen };
  }

  test('is forgotten with the user, and asked for by the next one', async () => {
    const { parley, connect, asked, seen } = await withGrace();
    parley.disconnect();
    await connect('bob');

    expect(seen()).toEqual([0, 0]);
    expect([asked('TypingChanged').length, asked('PresenceChanged').length]).toEqual([1, 1]);
  });

  test('nobody types any more without a connection; who was present stays until the next one', async () => {
    const { trial, seen } = await withGrace();
    trial.socket.drop(1006);
    expect(seen()).toEqual([0, 1]);
  });

  test('nobody types any more after the end of a token, when the server completes the subscription first', async () => {
    const { trial, receive, seen } = await withGrace();
    await receive('TypingChanged', 'complete');
    trial.socket.drop(4403);
    expect(seen()).toEqual([0, 1]);
  });

  test('is forgotten when nobody watches it', async () => {
    const { trial, stops, seen } = await withGrace();
    for (const stop of stops) stop();
    expect(seen()).toEqual([1, 1]);
    await trial.clock.advance(2_000);
    expect(seen()).toEqual([0, 0]);
  });
});

test('what an adapter shows of the outbox never has the former user as its author, nor one whose answer comes late', async () => {
  let user = 'ada';
  const held: (() => void)[] = [];
  const fetch = async (_url: unknown, init?: RequestInit) => {
    const response = Response.json({ data: { viewer: { user: { id: user }, session: { id: 's' } } } });
    const isHeld = JSON.stringify(init).includes('displayName');
    if (isHeld) await new Promise<void>((resolve) => held.push(resolve));
    return response;
  };
  const trial = new Trial({ token: () => user, fetch });
  made.push(trial);
  const shown: string[] = [];
  showOutbox(trial.parley, {
    show: (_roomId, { text, author }) => shown.push(`${text} by ${author?.id ?? 'nobody yet'}`),
    hide: () => {},
  });
  const answer = async (index: number) => {
    held[index]?.();
    await settle();
  };
  const send = async (text: string) => {
    trial.parley.room('r').send(text);
    await settle();
  };
  await trial.connected({ userId: 'ada' });
  await send('one');
  await answer(0);
  await trial.parley.signOut();
  trial.parley.connect();
  await send('early');
  user = 'bob';
  await trial.acknowledged({ userId: 'bob' });
  await send('two');
  trial.parley.disconnect();
  user = 'eve';
  await trial.connected({ userId: 'eve' });
  await send('three');
  await answer(1);
  await answer(2);

  expect(shown.filter((each) => each.endsWith('ada'))).toEqual(['one by ada']);
  expect(shown.filter((each) => each.endsWith('bob'))).toEqual([]);
  expect(shown).toContain('early by nobody yet');
  expect(shown.at(-1)).toBe('three by eve');
});

test('a snapshot of one user is not taken for the next one, also if the room was never followed', async () => {
  const { parley, room, connect } = await connectedAs('ada');
  parley.disconnect();
  await connect('bob');

  room.restore(snapshotOf('ada'));

  expect(room.messages.get().items).toEqual([]);
});

test.each([undefined, 'ada'])(
  'a room that is first opened after a change of user takes no snapshot of %s',
  async (of) => {
    const { parley, connect } = await connectedAs('ada');
    parley.disconnect();
    await connect('bob');

    const room = parley.room('another');
    room.restore(snapshotOf(of));

    expect(room.messages.get().items).toEqual([]);
  },
);

test.each([
  ['bob', 'bob', 1],
  ['bob', 'ada', 0],
  ['bob', undefined, 0],
  [undefined, undefined, 1],
  [undefined, 'ada', 0],
])(
  'when the first who signs in is %s, a snapshot of %s that is shown already keeps %i messages',
  async (userId, of, left) => {
    const { room, connect } = unconnected();
    room.restore(snapshotOf(of));
    room.hold();
    expect(room.messages.get().items).toHaveLength(1);

    await connect(userId);

    expect(room.messages.get().items).toHaveLength(left);
  },
);

test('what the server refuses to nobody in particular begins when somebody signs in', async () => {
  const { parley, room, connect, asked, receive } = await connectedAs();
  for (const store of [room.typists, parley.presence(['r'])]) store.subscribe(() => {});
  for (const name of ['TypingChanged', 'PresenceChanged'])
    await receive(name, 'error', [{ message: 'sign in', extensions: { code: 'UNAUTHENTICATED' } }]);

  parley.disconnect();
  await connect('ada');

  expect([asked('TypingChanged').length, asked('PresenceChanged').length]).toEqual([1, 1]);
});

test('unread counts and notifications are those of the user, also after nobody was signed in', async () => {
  const { parley, connect, asked, receive } = await connectedAs();
  const unread = () => parley.unread.get().count;
  const notified: string[] = [];
  parley.onNotification(({ id }) => notified.push(id));
  const snapshot = async (count: number, ...ids: string[]) => {
    const pendingNotifications = ids.map((id) => ({ id, createdAt: `2026-11-27T00:00:0${id}.000Z` }));
    const messages = { value: count, isCapped: false };
    const viewerEvents = { __typename: 'ViewerSnapshot', unread: { messages }, pendingNotifications };
    await receive('ViewerEvents', 'next', { data: { viewerEvents: { ...viewerEvents, pendingCount: { value: 0 } } } });
  };
  await receive('ViewerEvents', 'error', [{ message: 'sign in', extensions: { code: 'UNAUTHENTICATED' } }]);

  parley.disconnect();
  await connect('ada');
  await snapshot(5, '1');
  expect(unread()).toBe(5);
  parley.disconnect();
  await connect('bob');
  expect([unread(), asked('ViewerEvents').length]).toEqual([0, 1]);
  await snapshot(1, '1', '2');

  expect([unread(), notified]).toEqual([1, []]);
});
