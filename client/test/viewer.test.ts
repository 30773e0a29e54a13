import { afterEach, expect, test } from '@jest/globals';
import { settle } from './support/fake-clock.ts';
import { Trial } from './support/trial.ts';

const made: Trial[] = [];

/** A connected client whose server the test plays. */
async function signedIn() {
  const trial = await new Trial().connected({ userId: 'ada' });
  made.push(trial);
  const asked = (name: string) =>
    trial.socket.subscribed.filter(({ payload }) => payload?.query?.includes(`${name}`)).map(({ id }) => id);
  const send = async (name: string, type: string, payload?: unknown) => {
    trial.socket.receive({ id: asked(name).at(-1), type, payload });
    await settle();
  };
  const event = (viewerEvents: object) => send('ViewerEvents', 'next', { data: { viewerEvents } });
  return { trial, asked, send, event };
}

/** Lets so many seconds pass on a connection that works. */
async function pass({ clock, socket }: Trial, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    socket.receive({ type: 'pong' });
    await clock.advance(1_000);
  }
}

afterEach(() => {
  for (const { parley, clock } of made.splice(0)) {
    parley.dispose();
    expect(clock.timers).toBe(0);
  }
});

const count = (value: number) => ({ value, isCapped: false });
const notification = (number: number) => {
  const at = `${number}`.padStart(2, '0');
  return {
    id: `n${number}`,
    createdAt: `2026-11-27T00:00:${at}.000Z`,
    room: { id: 'a' },
    message: { sequence: number },
  };
};
const snapshotWith = (numbers: readonly number[], pending = numbers.length) => ({
  __typename: 'ViewerSnapshot',
  unread: { messages: count(5) },
  pendingNotifications: numbers.map(notification),
  pendingCount: count(pending),
});
const snapshot = snapshotWith([]);

async function withUnread() {
  const { trial, asked, send, event } = await signedIn();
  trial.parley.unread.subscribe(() => {});
  await event(snapshot);
  const rooms = () => [...trial.parley.unread.get().rooms].map(([id, each]) => `${id} ${each.count}`);
  /** `newestSequence`: of every room. `endCursor`: of a page that others follow. */
  const answer = async (counts: Record<string, number>, newestSequence = 0, endCursor: string | null = null) => {
    const nodes = Object.entries(counts).map(([id, value]) => ({
      room: { id },
      readState: { newestSequence, unreadCount: count(value) },
    }));
    const pageInfo = { hasNextPage: endCursor !== null, endCursor };
    await send('UnreadRooms', 'next', { data: { viewer: { memberships: { nodes, pageInfo } } } });
    await send('UnreadRooms', 'complete');
  };
  const notify = (number: number) => event({ __typename: 'NotificationAdded', notification: notification(number) });
  const read = (id: string, value: number) => {
    const readState = { lastReadSequence: 1, newestSequence: 1, unreadCount: count(value) };
    const membership = { room: { id }, readState };
    return event({ __typename: 'ViewerReadStateChanged', unread: { messages: count(value) }, membership });
  };
  return { trial, asked, answer, read, notify, rooms, event };
}

async function notified() {
  const client = await signedIn();
  const ids: string[] = [];
  client.trial.parley.onNotification(({ id }) => ids.push(id));
  return { ...client, ids };
}

test('notifications of a cut are announced once, and none that were pending before', async () => {
  const { event, ids } = await notified();
  await event(snapshotWith([1, 2, 3]));
  await event({ __typename: 'NotificationAdded', notification: notification(4) });

  await event(snapshotWith([2, 3, 4, 5]));
  await event(snapshotWith([2, 3, 4, 5]));

  expect(ids).toEqual(['n4', 'n5']);
});

test('notifications that only show when others are read are not announced', async () => {
  const { event, ids, trial } = await notified();
  await trial.clock.sleep(Date.parse('2026-11-27T00:00:10.000Z') - trial.clock.now());
  await event(snapshotWith([1, 2], 4));

  await event(snapshotWith([3, 4], 2));
  await event(snapshotWith([4, 11], 2));

  expect(ids).toEqual(['n11']);
});

test('unread counts follow the viewer out of a room', async () => {
  const { trial, answer, event, rooms } = await withUnread();
  await answer({ a: 3, b: 2 });

  const membership = { state: 'REMOVED', room: { id: 'a' } };
  await event({ __typename: 'MembershipChangedEvent', membership });

  expect(rooms()).toEqual(['b 2']);
  expect(trial.parley.unread.get().count).toBe(2);
});

test('the viewer is followed again although the server has completed that twice', async () => {
  const { trial, asked, send } = await signedIn();
  trial.parley.unread.subscribe(() => {});
  await send('ViewerEvents', 'complete');
  await trial.clock.advance(1_000);
  await send('ViewerEvents', 'complete');
  expect(asked('ViewerEvents')).toHaveLength(2);

  await pass(trial, 30);

  expect(asked('ViewerEvents')).toHaveLength(3);
});

test('the viewer is followed again after a fault that may pass, such as one of an older server', async () => {
  const { trial, asked, send, event } = await signedIn();
  trial.parley.unread.subscribe(() => {});
  await send('ViewerEvents', 'error', [{ message: 'no', extensions: { code: 'BAD_REQUEST' } }]);

  await pass(trial, 30);
  await event(snapshot);

  expect(asked('ViewerEvents')).toHaveLength(2);
  expect(trial.parley.unread.get().count).toBe(5);
});

test.each([
  ['BAD_REQUEST', 2],
  ['FORBIDDEN', 1],
  ['NOT_FOUND', 1],
])('who types, has read and is present, refused as %s, is asked for %i times in half a minute', async (code, times) => {
  const { trial, asked, send } = await signedIn();
  const { typists, readers } = trial.parley.room('r');
  for (const store of [typists, readers, trial.parley.presence(['r'])]) store.subscribe(() => {});
  const names = ['TypingChanged', 'subscription ReadStateChanged', 'PresenceChanged'];
  for (const name of names) await send(name, 'error', [{ message: 'no', extensions: { code } }]);

  await pass(trial, 30);

  expect(names.map((name) => asked(name).length)).toEqual([times, times, times]);
});

test('an answer about unread rooms does not undo an event that came while it was under way, and is asked for again', async () => {
  const { trial, asked, answer, read, rooms } = await withUnread();
  await read('a', 0);
  await read('b', 7);

  await answer({ a: 3, b: 6, c: 1 });
  expect(rooms()).toEqual(['c 1', 'b 7']);
  await pass(trial, 1);
  await answer({ b: 8, c: 1 });
  await pass(trial, 5);

  expect(rooms()).toEqual(['b 8', 'c 1']);
  expect(asked('UnreadRooms')).toHaveLength(2);
});

test('an event after the answer about unread rooms counts', async () => {
  const { answer, read, rooms } = await withUnread();
  await answer({ a: 3, b: 6 });

  await read('a', 0);

  expect(rooms()).toEqual(['b 6']);
});

test('a message that the server has counted is not added again by its notification, and counts end at 100', async () => {
  const { trial, answer, notify, rooms } = await withUnread();
  await answer({ a: 99 }, 12);

  await notify(12);
  expect([rooms(), trial.parley.unread.get().count]).toEqual([['a 99'], 99]);
  for (const number of [13, 13, 14]) await notify(number);

  expect(trial.parley.unread.get().rooms.get('a')).toEqual({ count: 100, isCapped: true });
  expect(trial.parley.unread.get()).toMatchObject({ count: 100, isCapped: true });
});

test('a room beyond the first hundred unread ones has its count too', async () => {
  const { trial, asked, answer, rooms } = await withUnread();
  await answer({ a: 1 }, 1, 'first');

  await answer({ b: 2 }, 1, 'second');
  await answer({ b: 2 }, 1, 'second');

  expect(rooms()).toEqual(['a 1', 'b 2']);
  expect(trial.parley.unread.get().count).toBe(3);
  const after = trial.socket.subscribed.filter(({ id }) => asked('UnreadRooms').includes(id));
  expect(after.map(({ payload }) => payload?.variables)).toEqual([{}, { after: 'first' }, { after: 'second' }]);
});

test('an answer about unread rooms that has another form is logged', async () => {
  const { trial, send, event } = await signedIn();
  trial.parley.unread.subscribe(() => {});
  await event(snapshot);

  await send('UnreadRooms', 'next', { data: { viewer: { memberships: null } } });
  await send('UnreadRooms', 'complete');

  expect(trial.log).toContain('unread rooms');
});

test('who types is followed again when the viewer joins a room, after it was refused', async () => {
  const { trial, asked, send, event } = await signedIn();
  trial.parley.onViewerEvent(() => {});
  trial.parley.room('r').typists.subscribe(() => {});
  const joined = { __typename: 'MembershipChangedEvent', membership: { state: 'JOINED', room: { id: 'r' } } };
  await event(joined);
  expect(asked('TypingChanged')).toHaveLength(1);
  await send('TypingChanged', 'error', [{ message: 'no', extensions: { code: 'FORBIDDEN' } }]);

  await event(joined);
  await send('TypingChanged', 'next', { data: { typingChanged: { users: [{ id: 'grace' }] } } });

  expect(asked('TypingChanged')).toHaveLength(2);
  expect(trial.parley.room('r').typists.get()).toEqual([{ id: 'grace' }]);
});

test('a room that has ended, and who types there, begin again when the viewer joins it, if nothing else follows the viewer', async () => {
  const { trial, asked, send, event } = await signedIn();
  const room = trial.parley.room('r');
  room.hold();
  room.typists.subscribe(() => {});
  await settle();
  expect(asked('ViewerEvents')).toHaveLength(0);
  await send('TypingChanged', 'error', [{ message: 'no', extensions: { code: 'FORBIDDEN' } }]);
  await send('RoomSnapshot', 'next', { data: { viewer: null, room: null } });
  await send('RoomSnapshot', 'complete');
  expect(room.state.get().status).toBe('failed');

  await event({ __typename: 'MembershipChangedEvent', membership: { state: 'JOINED', room: { id: 'r' } } });

  expect(room.state.get().status).toBe('loading');
  expect([asked('TypingChanged').length, asked('ViewerEvents').length]).toEqual([2, 1]);
  await trial.clock.advance(2_000);
  expect(trial.socket.sent).toContainEqual({ id: asked('ViewerEvents')[0], type: 'complete' });
});

test.each([
  ['BANNED', 1],
  ['NOT_FOUND', 1],
  ['BAD_REQUEST', 2],
  ['SOMETHING_NEW', 2],
])('a room whose query is refused as %s is asked for %i times in ten seconds', async (code, times) => {
  const { trial, asked, send } = await signedIn();
  const room = trial.parley.room('r');
  room.hold();
  await settle();
  await send('RoomSnapshot', 'error', [{ message: 'no', extensions: { code } }]);
  expect(room.state.get()).toMatchObject({ status: 'failed', why: { code } });

  await pass(trial, 10);

  expect(asked('RoomSnapshot')).toHaveLength(times);
});

test.each([
  ['BANNED', 'failed'],
  ['NOT_FOUND', 'failed'],
  ['BAD_REQUEST', 'sending'],
])('what is unsent in a room whose query is refused as %s is %s', async (code, status) => {
  const { trial, send } = await signedIn();
  const room = trial.parley.room('r');
  room.hold();
  const { state } = room.send('a');
  await settle();

  await send('RoomSnapshot', 'error', [{ message: 'no', extensions: { code } }]);

  expect(room.state.get()).toMatchObject({ status: 'failed', why: { code } });
  expect(state.get()).toMatchObject(status === 'failed' ? { status, why: { code } } : { status });
});
