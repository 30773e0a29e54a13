import { afterEach, expect, test } from '@jest/globals';
import type { MessageFields, RoomEventFields } from '../src/documents.ts';
import { memoryStorage } from '../src/outbox/memory-storage.ts';
import { settle } from './support/fake-clock.ts';
import { frame, message } from './support/room-log.ts';
import { Trial } from './support/trial.ts';

const made: Trial[] = [];

/** A room of a client whose server the test plays; it has loaded one message, at cursor c1. */
async function followedRoom(viewer: object | null = null) {
  const trial = new Trial();
  made.push(trial);
  await trial.connected({ userId: 'ada' });
  const room = trial.parley.room('r');
  const release = room.hold();
  const operations = (name: string) =>
    trial.socket.subscribed.filter(({ payload }) => payload?.query?.includes(`${name}(`));
  const answer = async (name: string, data: object) => {
    trial.socket.receive({ id: operations(name).at(-1)?.id, type: 'next', payload: { data } });
    if (name !== 'roomEvents') trial.socket.receive({ id: operations(name).at(-1)?.id, type: 'complete' });
    await settle();
  };
  const load = async (last: number) => {
    const nodes = Array.from({ length: last }, (_, index) => message(index + 1));
    await answer('messages', {
      viewer,
      room: { id: 'r', lastEventNumber: last, syncCursor: `c${last}`, messages: { nodes } },
    });
    await receive(last, last);
  };
  const receive = (before: number, after: number, more: Parameters<typeof frame>[2] = {}) =>
    answer('roomEvents', { roomEvents: frame(before, after, more) });
  await settle();
  await load(1);
  const after = () => operations('roomEvents').map(({ payload }) => payload?.variables?.after);
  const sequences = () => room.messages.get().items.map(({ sequence }) => sequence);
  return { trial, room, release, operations, receive, load, after, sequences, answer };
}

afterEach(() => {
  for (const { parley, clock } of made.splice(0)) {
    parley.dispose();
    expect(clock.timers).toBe(0);
  }
});

test('a room loads, follows from the cursor of what it loaded, and is live', async () => {
  const { room, receive, after, sequences } = await followedRoom();
  await receive(1, 3);

  expect(after()).toEqual(['c1']);
  expect(sequences()).toEqual([1, 2, 3]);
  expect(room.state.get().status).toBe('live');
});

test('a hole is reported and not applied; the room asks again, and then loads anew', async () => {
  const { trial, receive, load, after, operations, sequences } = await followedRoom();

  await receive(2, 3);
  expect(trial.faults).toMatchObject([{ code: 'HOLE', last: 1, positionBefore: 2 }]);
  expect(after()).toEqual(['c1', 'c1']);
  expect(sequences()).toEqual([1]);
  await receive(2, 3);
  expect(operations('messages')).toHaveLength(2);
  await load(4);

  expect(sequences()).toEqual([1, 2, 3, 4]);
});

test('a hole between what was loaded and the first frame is seen too', async () => {
  const { trial, operations, answer, receive } = await followedRoom();
  await receive(1, 1, { status: 'RESET', resetReason: 'GAP_TOO_LARGE' });
  const room = { id: 'r', lastEventNumber: 5, syncCursor: 'c5', messages: { nodes: [message(1)] } };
  await answer('messages', { viewer: null, room });

  await receive(6, 7);

  expect(trial.faults.map(({ code }) => code)).toEqual(['HOLE']);
  expect(operations('roomEvents')).toHaveLength(3);
});

test('a repeat is reported and dropped, a partial one applied in part', async () => {
  const { trial, receive, sequences } = await followedRoom();
  await receive(1, 3);

  await receive(1, 3);
  await receive(2, 4);

  expect(trial.faults.map(({ code }) => code)).toEqual(['REPEAT']);
  expect(sequences()).toEqual([1, 2, 3, 4]);
});

test('a reset loads the room again, and keeps pending messages', async () => {
  const { room, receive, load, sequences } = await followedRoom();
  room.send('pending');

  await receive(1, 1, { status: 'RESET', resetReason: 'GAP_TOO_LARGE' });
  expect(room.state.get().status).toBe('loading');
  await load(5);

  expect(sequences()).toEqual([1, 2, 3, 4, 5, 2_147_483_647]);
});

const room = { id: 'r', lastEventNumber: 1, syncCursor: 'c1', messages: { nodes: [message(1)] } };

test.each([
  ['at once', []],
  ['after a heartbeat each time', [[1, 1]]],
  ['after an event each time', [[1, 2]]],
] as const)('a room that is reset %s is loaded more and more slowly', async (_when, frames) => {
  const { trial, operations, receive, load, answer } = await followedRoom();
  const waits: number[] = [];
  for (let resets = 0; resets < 4; resets++) {
    const loads = operations('messages').length;
    for (const [before, after] of frames) await receive(before, after);
    const begin = trial.clock.now();
    await receive(1, 1, { status: 'RESET', resetReason: 'GAP_TOO_LARGE' });
    while (operations('messages').length === loads) await trial.clock.advance(50);
    waits.push(trial.clock.now() - begin);
    await answer('messages', { viewer: null, room });
  }
  expect(waits).toEqual([0, 300, 550, 1050]);
  for (let seconds = 0; seconds < 11; seconds++) {
    await trial.clock.advance(1_000);
    trial.socket.receive({ type: 'pong' });
  }

  await receive(1, 1, { status: 'RESET', resetReason: 'GAP_TOO_LARGE' });
  await load(2);
  expect(operations('messages')).toHaveLength(6);
});

test('holes after new events each time do not make a room ask without a pause', async () => {
  const { operations, receive, answer } = await followedRoom();
  for (let holes = 0; holes < 20; holes++) {
    await receive(1, 2);
    await receive(5, 6);
    if (operations('messages').length > 1) await answer('messages', { viewer: null, room });
  }
  expect(operations('roomEvents').length).toBeLessThan(5);
});

test.each([
  ['null', null],
  ['a cursor that is no text', frame(1, 2, { cursor: 5 as unknown as string })],
  ['positions that are no numbers', { ...frame(1, 2), positionBefore: '1', positionAfter: '2' }],
  ['no events', { ...frame(1, 2), events: null }],
  ['an event without its message', { ...frame(1, 2), events: [{ ...frame(1, 2).events[0], message: null }] }],
])('a frame with %s is reported, and the room is loaded again with nothing lost', async (_what, broken) => {
  const { trial, operations, answer, load, sequences } = await followedRoom();
  await answer('roomEvents', { roomEvents: broken });
  if (operations('messages').length === 1) await answer('roomEvents', { roomEvents: broken });
  await load(3);

  expect(trial.faults[0]).toMatchObject({ code: 'BROKEN_FRAME' });
  expect(sequences()).toEqual([1, 2, 3]);
});

test.each([
  ['position', { lastEventNumber: '5', syncCursor: 'c5' }],
  ['cursor', { lastEventNumber: 5, syncCursor: null }],
  ['messages', { lastEventNumber: 5, syncCursor: 'c5', messages: null }],
])('an answer without a %s is no room', async (_what, fields) => {
  const { trial, answer } = await followedRoom();
  const room = trial.parley.room('other');
  room.hold();
  await settle();
  await answer('messages', { viewer: null, room: { id: 'other', messages: { nodes: [] }, ...fields } });

  expect(room.state.get()).toMatchObject({ status: 'failed', why: { code: 'INTERNAL' } });
});

test('a lost connection keeps the window, and the room catches up after its cursor', async () => {
  const { trial, room, receive, after, sequences } = await followedRoom();
  await receive(1, 2);
  trial.socket.drop(1006);
  expect(room.state.get().status).toBe('catching-up');
  await trial.clock.advance(trial.wait ?? 0);
  await trial.acknowledged({ userId: 'ada' });

  expect(after()).toEqual(['c2']);
  await receive(2, 3);

  expect(sequences()).toEqual([1, 2, 3]);
  expect(room.state.get().status).toBe('live');
});

test('a room that nobody holds lingers, ends, and goes on later from where it was', async () => {
  const { trial, room, release, after } = await followedRoom();
  release();
  room.hold()();
  await trial.clock.advance(1999);
  expect(trial.socket.count('complete')).toBe(0);
  await trial.clock.advance(1);
  expect(trial.socket.count('complete')).toBe(1);

  const stop = room.messages.subscribe(() => {});
  expect(after()).toEqual(['c1', 'c1']);
  stop();
});

test('a listener that throws is reported, and the others hear every event', async () => {
  const { trial, room, receive } = await followedRoom();
  const heard: number[] = [];
  room.onEvent(() => {
    throw new Error('mine');
  });
  room.onEvent((event: RoomEventFields) => heard.push(event.eventNumber));

  await receive(1, 3);

  expect(heard).toEqual([2, 3]);
  expect(trial.faults.map(({ code }) => code)).toEqual(['LISTENER', 'LISTENER']);
});

test.each(['loadOlder', 'loadNewer', 'toNewest'] as const)(
  'the rejection of %s needs no handler, and can be handled',
  async (move) => {
    const { trial, room, answer } = await followedRoom();
    void room.jumpTo(29);
    const page = { messagesAround: { nodes: Array.from({ length: 50 }, (_, index) => message(index + 5)) } };
    await answer('messagesAround', { room: page });
    expect(room.messages.get()).toMatchObject({ hasOlder: true, hasNewer: true });
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', note);

    const refused = room[move]();
    await settle();
    await answer('messagesAround', { room: null });
    void room[move]();
    await settle();
    trial.parley.dispose();
    await settle();
    process.off('unhandledRejection', note);

    expect(unhandled).toEqual([]);
    await expect(refused).rejects.toMatchObject({ code: 'NOT_FOUND' });
  },
);

test.each([
  ['HOLE', 'c2', [frame(4, 5), frame(4, 5)]],
  ['GAP_TOO_LARGE', undefined, [frame(2, 2, { status: 'RESET', resetReason: 'GAP_TOO_LARGE' })]],
])('a loop that throws %s remembers the cursor %s', async (code, remembered, frames) => {
  const storage = memoryStorage();
  const trial = new Trial({ storage });
  made.push(trial);
  await trial.connected({ userId: 'bot' });
  const received = [frame(1, 2), ...frames];
  const loop = async () => {
    for await (const event of trial.parley.room('r').events({ remember: 'bot' })) expect(event.roomId).toBe('r');
  };

  const over = loop().catch((error) => error);
  for (const roomEvents of received) {
    await settle();
    trial.socket.answer('next', { data: { roomEvents } });
  }

  expect(await over).toMatchObject({ code });
  const rows = await storage.load('http://chat.example/graphql');
  expect(rows.find(({ id }) => id.startsWith('cursor'))?.cursor).toBe(remembered);
});

test('a loop goes on over holes at several places, and asks more and more slowly', async () => {
  const trial = new Trial();
  made.push(trial);
  await trial.connected({ userId: 'bot' });
  const numbers: number[] = [];
  void (async () => {
    for await (const { eventNumber } of trial.parley.room('r').events({ after: 'c1' })) numbers.push(eventNumber);
  })();
  const cursors = () => trial.socket.subscribed.map(({ payload }) => payload?.variables?.after);
  const receive = async (...frames: ReturnType<typeof frame>[]) => {
    await settle();
    for (const roomEvents of frames) trial.socket.answer('next', { data: { roomEvents } });
    await settle();
  };

  await receive(frame(1, 2), frame(3, 4));
  await receive(frame(2, 3), frame(4, 5));
  expect(cursors()).toEqual(['c1', 'c2']);
  await trial.clock.advance(300);
  await receive(frame(3, 6));

  expect(numbers).toEqual([2, 3, 4, 5, 6]);
  expect(cursors()).toEqual(['c1', 'c2', 'c3']);
});

test.each([
  ['jumpTo', 'toNewest'],
  ['toNewest', 'jumpTo'],
] as const)('the last of %s and %s decides what is shown, whichever is answered first', async (first, second) => {
  const { trial, room, operations, sequences } = await followedRoom();
  const pages = { jumpTo: [message(1), message(2)], toNewest: [message(8), message(9)] };
  const moves = [first, second].map((move) => (move === 'jumpTo' ? room.jumpTo(1) : room.toNewest()));
  await settle();
  const asked = operations('messagesAround');

  for (const at of [1, 0]) {
    const nodes = pages[[first, second][at]!];
    trial.socket.receive({
      id: asked[at]?.id,
      type: 'next',
      payload: { data: { room: { messagesAround: { nodes } } } },
    });
    trial.socket.receive({ id: asked[at]?.id, type: 'complete' });
    await settle();
  }
  await Promise.all(moves);

  expect(sequences()).toEqual(pages[second].map(({ sequence }) => sequence));
});

test('a room whose listener disposes the client is idle', async () => {
  const { trial, room, receive } = await followedRoom();
  room.onEvent(() => trial.parley.dispose());

  await receive(1, 2);

  expect(room.state.get()).toEqual({ status: 'idle' });
});

test('a room that does not exist has failed', async () => {
  const { trial, answer } = await followedRoom();
  const room = trial.parley.room('nowhere');
  room.hold();
  await settle();
  await answer('messages', { viewer: null, room: null });

  expect(room.state.get()).toMatchObject({ status: 'failed', why: { code: 'NOT_FOUND' } });
});

/** As events have them: without `viewerHasReacted`. */
const reactions = (groups: Record<string, number>) =>
  Object.entries(groups).map(([emoji, count]) => ({ emoji, count })) as unknown as MessageFields['reactionGroups'];

test('a count that falls does not include a reaction that is on its way', async () => {
  const { room, receive } = await followedRoom({ user: { id: 'ada' } });
  await receive(1, 2, { events: [reacted(2, { '👍': 3 }, { actor: null })] });
  room.react('m1', '👍');
  await settle();

  await receive(2, 3, { events: [reacted(3, { '👍': 2 }, { actor: null })] });

  expect(room.messages.get().items[0]?.reactionGroups).toMatchObject([{ emoji: '👍', count: 3 }]);
});

type Reacted = Exclude<Extract<RoomEventFields, { message: unknown }>, { __typename: 'MessageAddedEvent' }>;

function reacted(eventNumber: number, groups: Record<string, number>, changes: Partial<Reacted> = {}): Reacted {
  const reacted = message(1, { lastEventNumber: eventNumber, reactionGroups: reactions(groups) });
  const actor = { id: 'ada' } as Reacted['actor'];
  const shared = { roomId: 'r', eventNumber, occurredAt: '', actor };
  return { __typename: 'ReactionsChangedEvent', ...shared, message: reacted, ...changes };
}

test.each<[string, Partial<Reacted>]>([
  ['an event about the reactions of several users', { actor: null }],
  ['an edit that was sent after the reaction', { __typename: 'MessageUpdatedEvent' }],
])('a reaction that is on its way is counted once by %s', async (_what, changes) => {
  const { room, receive, operations } = await followedRoom({ user: { id: 'ada' } });
  room.react('m1', '👍');
  await settle();

  await receive(1, 2, { events: [reacted(2, { '👍': 1 }, changes)] });

  expect(room.messages.get().items[0]?.reactionGroups).toMatchObject([{ emoji: '👍', count: 1 }]);
  expect(operations('node')).toHaveLength(0);
});

test('a reaction from another device is not taken for the one that is on its way', async () => {
  const { room, receive, operations } = await followedRoom({ user: { id: 'ada' } });
  room.react('m1', '👍');
  await settle();
  const shown = () => room.messages.get().items[0]?.reactionGroups;

  await receive(1, 2, { events: [reacted(2, { '🎉': 1 })] });
  expect(operations('node')).toHaveLength(1);
  expect(shown()).toMatchObject([{ emoji: '🎉' }, { emoji: '👍', count: 1 }]);
  await receive(2, 3, { events: [reacted(3, { '🎉': 1, '👍': 1 })] });

  expect(operations('node')).toHaveLength(1);
  expect(shown()).toMatchObject([{ emoji: '🎉' }, { emoji: '👍', count: 1 }]);
});

function updated(eventNumber: number, topic: string) {
  const room = { topic } as Extract<RoomEventFields, { __typename: 'RoomUpdatedEvent' }>['room'];
  return { __typename: 'RoomUpdatedEvent', roomId: 'r', eventNumber, occurredAt: '', actor: null, room } as const;
}

test('an older answer about a room does not undo an event, nor an older event an answer', async () => {
  const { trial, room, receive, answer } = await followedRoom();
  const topic = () => (room.state.get() as { fields?: { topic: string } }).fields?.topic;
  await receive(1, 2, { events: [updated(2, 'two')] });
  await trial.clock.advance(1_000); // it asks for the rest of the fields
  await receive(2, 3, { events: [updated(3, 'three')] });

  await answer('RoomById', { room: { topic: 'two', lastEventNumber: 2 } });
  expect(topic()).toBe('three');
  await trial.clock.advance(1_000);
  await answer('RoomById', { room: { topic: 'five', lastEventNumber: 5 } });
  expect(topic()).toBe('five');
  await receive(3, 4, { events: [updated(4, 'four')] });

  expect(topic()).toBe('five');
});
