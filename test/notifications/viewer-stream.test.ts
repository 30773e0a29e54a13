import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { newId } from '../../src/base/ids.ts';
import { LocalBus } from '../../src/bus/bus.ts';
import type { RoomEvent } from '../../src/log/events/kinds.ts';
import type { MembershipChanged } from '../../src/log/events/membership-changed.ts';
import { userTopic } from '../../src/log/topics.ts';
import type { NotifiedUser } from '../../src/notifications/notifier.ts';
import type { NotifiedRoom, ViewerSnapshot } from '../../src/notifications/pending.ts';
import type { UserNews } from '../../src/notifications/user-news.ts';
import type { ViewerEvent } from '../../src/notifications/viewer-event.ts';
import { ViewerStream } from '../../src/notifications/viewer-stream.ts';

/** What the stream asks for; a test replaces what it needs. */
let source: {
  rooms: () => Promise<NotifiedRoom[]>;
  beforeSnapshot: () => unknown;
  since: (roomId: string, eventNumber: number) => Promise<RoomEvent[]>;
  entering: (roomId: string) => Promise<void>;
};
/** Rooms of the snapshot, each with the number of its last message. */
let shown: Record<string, number>;
/** What happened. */
let inside: Set<string>;
let added: number;
let received: ViewerEvent[];
let lost: number;
let ends: Map<string, MembershipChanged>;
let blocked: string[];
let bus: LocalBus;
let stream: ViewerStream;
beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'nextTick', 'setImmediate'] });
  source = {
    rooms: async () => [{ roomId: 'tea', level: 'ALL' }],
    beforeSnapshot: () => {},
    since: async () => [],
    entering: async () => {},
  };
  blocked = [];
  [shown, inside, received, ends, added, lost] = [{ tea: 5 }, new Set(), [], new Map(), 0, 0];
  bus = new LocalBus(() => {});
  stream = new ViewerStream({
    userId: 'ada',
    bus,
    notifier: { add, enter },
    watches: { since: (roomId, eventNumber) => source.since(roomId, eventNumber) },
    roomsOf: () => source.rooms(),
    snapshotOf,
    ends,
    next: (event) => void received.push(event),
    onLost: () => void lost++,
  });
});
afterEach(() => {
  stream.close();
  jest.useRealTimers();
});

function add(_user: NotifiedUser): () => void {
  added += 1;
  return () => void added--;
}

function enter(roomId: string) {
  inside.add(roomId);
  return { entered: source.entering(roomId), leave: () => void inside.delete(roomId) };
}

async function snapshotOf(): Promise<ViewerSnapshot> {
  await source.beforeSnapshot();
  const rooms = Object.entries(shown).map(([roomId, lastSequence]) => ({
    roomId,
    level: 'ALL' as const,
    lastSequence,
    lastReadSequence: 3,
  }));
  return { type: 'VIEWER_SNAPSHOT', rooms, blockedIds: blocked, messages: async () => [], count: 0 };
}

/** The events that were passed on, in short. */
function passed(): string[] {
  return received.map((event) => {
    if (event.type === 'NOTIFICATION_ADDED') return `${event.roomId} ${event.message.sequence}`;
    if (event.type === 'MEMBERSHIP_CHANGED') return `${event.roomId} ${event.membership.state}`;
    return event.type === 'VIEWER_READ_STATE_CHANGED' ? `${event.roomId} read` : event.type;
  });
}

const mallory = newId();

const turn = () => new Promise((resolve) => setImmediate(resolve));
const message = (sequence: number, authorId = 'grace') =>
  ({ type: 'MESSAGE_ADDED', message: { sequence, authorId, kind: 'USER' } }) as RoomEvent;
const notify = (roomId: string, sequence: number, { isPresent = false, authorId = 'grace' } = {}) =>
  stream.notify(
    { type: 'NOTIFICATION_ADDED', roomId, message: { sequence, authorId } } as Parameters<NotifiedUser['notify']>[0],
    isPresent,
  );

/** A change of the viewer's membership of a private room, with how far they have read. */
function membership(roomId: string, state: string, eventNumber: number, lastReadSequence = 0): MembershipChanged {
  const room = { id: roomId, kind: 'GROUP', name: 'Secret' };
  const row = { userId: 'ada', roomId, state, stateEventNumber: eventNumber, lastReadSequence, room };
  return { type: 'MEMBERSHIP_CHANGED', roomId, eventNumber, membership: row } as MembershipChanged;
}

const silence: UserNews = { type: 'NOTIFICATION_LEVEL_SET', roomId: 'tea', level: 'NONE' };

async function announce(news: UserNews): Promise<void> {
  bus.publish(userTopic('ada'), news);
  await turn();
}

test('a stream begins with a snapshot and passes on every message after it', async () => {
  const snapshot = await stream.begin();
  for (const sequence of [5, 6, 7]) notify('tea', sequence);

  expect(snapshot.rooms).toMatchObject([{ roomId: 'tea', lastSequence: 5 }]);
  expect(passed()).toEqual(['tea 6', 'tea 7']);
});

test('a stream of many rooms lets other work run while it enters them', async () => {
  const rooms = Array.from({ length: 250 }, (_, index): NotifiedRoom => ({ roomId: `room ${index}`, level: 'ALL' }));
  source.rooms = async () => rooms;
  let insideMeanwhile = 0;
  setImmediate(() => {
    insideMeanwhile = inside.size;
  });

  await stream.begin();

  expect(insideMeanwhile).toBe(100);
  expect(inside.size).toBe(250);
});

test('a message that arrives while the snapshot is read is in it, or passed on, once', async () => {
  source.beforeSnapshot = () => {
    for (const sequence of [5, 6]) notify('tea', sequence);
  };
  await stream.begin();
  notify('tea', 6);

  expect(passed()).toEqual(['tea 6']);
});

test.each([
  ['the rooms cannot be read', { rooms: failing }],
  ['a room cannot be entered', { entering: failing }],
  ['the snapshot cannot be read', { beforeSnapshot: failing }],
])('a stream does not begin if %s, and leaves nothing behind', async (_what, broken) => {
  Object.assign(source, broken);

  await expect(stream.begin()).rejects.toThrow('away');
  stream.close();
  await announce(membership('tea', 'LEFT', 9));

  expect([inside.size, added, passed()]).toEqual([0, 0, []]);
});

async function failing(): Promise<never> {
  throw new Error('away');
}

test('a stream that is closed while it begins enters no room and follows no news', async () => {
  const beginning = stream.begin();
  stream.close();
  await beginning;
  await announce(membership('coffee', 'JOINED', 9));
  await turn();

  expect([inside.size, added, passed()]).toEqual([0, 0, []]);
});

test('a room that the viewer joins is entered, with the messages since', async () => {
  source.since = async () => [message(3), message(4)];
  await stream.begin();

  await announce(membership('coffee', 'JOINED', 9, 3));
  notify('coffee', 5);

  expect([...inside]).toEqual(['tea', 'coffee']);
  expect(passed()).toEqual(['coffee JOINED', 'coffee 4', 'coffee 5']);
});

test('a message of the viewer’s own in a room that they have just joined moves their read position', async () => {
  source.since = async () => [message(4, 'ada')];
  await stream.begin();

  await announce(membership('coffee', 'JOINED', 9, 3));
  await jest.advanceTimersByTimeAsync(1000);

  expect(passed()).toEqual(['coffee JOINED', 'coffee read']);
});

test('a message that arrives while a joined room is entered is passed on once', async () => {
  source.since = async () => {
    notify('coffee', 5);
    return [message(4), message(5)];
  };
  await stream.begin();

  await announce(membership('coffee', 'JOINED', 9, 3));

  expect(passed()).toEqual(['coffee JOINED', 'coffee 4', 'coffee 5']);
});

test('a room that is joined while the snapshot is read opens after what the snapshot shows', async () => {
  source.since = async () => {
    await turn();
    await turn();
    return [message(3), message(4)];
  };
  shown.coffee = 3;
  source.beforeSnapshot = () => announce(membership('coffee', 'JOINED', 9));
  await stream.begin();
  await turn();
  await turn();

  expect(passed()).toEqual(['coffee JOINED', 'coffee 4']);
});

test('a message of a room that is joined while the snapshot is read is not in both', async () => {
  source.since = async () => [message(3), message(4)];
  source.beforeSnapshot = async () => {
    await announce(membership('coffee', 'JOINED', 9));
    await turn();
    shown.coffee = 3;
  };

  await stream.begin();
  await turn();

  expect(passed()).toEqual(['coffee JOINED', 'coffee 4']);
});

test('the snapshot is read after a room that the viewer joins while their rooms are read is entered', async () => {
  let letIn = () => {};
  source.rooms = async () => {
    source.entering = () =>
      new Promise((resolve) => {
        letIn = resolve;
      });
    await announce(membership('tea', 'JOINED', 9));
    return [{ roomId: 'tea', level: 'ALL' }];
  };
  const beginning = stream.begin();
  for (let turns = 0; turns < 3; turns++) await turn();
  shown.tea = 6;
  letIn();

  expect((await beginning).rooms).toMatchObject([{ roomId: 'tea', lastSequence: 6 }]);
});

test('a room that is left while it is entered stays left', async () => {
  let finish: (events: RoomEvent[]) => void = () => {};
  source.since = () =>
    new Promise((resolve) => {
      finish = resolve;
    });
  await stream.begin();
  await announce(membership('coffee', 'JOINED', 9));
  await announce(membership('coffee', 'LEFT', 10));

  finish([message(4)]);
  await turn();
  notify('coffee', 5);

  expect([...inside]).toEqual(['tea']);
  expect(passed()).toEqual(['coffee JOINED', 'coffee LEFT']);
});

test('a room that is left and joined again while it is entered uses the second entry', async () => {
  const answers: ((events: RoomEvent[]) => void)[] = [];
  source.since = () => new Promise((resolve) => answers.push(resolve));
  await stream.begin();
  await announce(membership('coffee', 'JOINED', 9));
  await announce(membership('coffee', 'LEFT', 10));
  await announce(membership('coffee', 'JOINED', 11, 4));

  for (const answer of answers) answer([message(4), message(5)]);
  await turn();

  expect(passed().slice(3)).toEqual(['coffee 5']);
});

test('a joined room that cannot be entered, or read, makes the stream start over', async () => {
  await stream.begin();
  source.since = failing;
  await announce(membership('coffee', 'JOINED', 9));
  source.entering = failing;
  await announce(membership('milk', 'JOINED', 9));

  expect(lost).toBe(2);
});

test('a change of membership that arrives by two ways is passed on once', async () => {
  await stream.begin();

  await announce(membership('tea', 'LEFT', 9));
  stream.membershipChanged(membership('tea', 'LEFT', 9));
  stream.membershipChanged(membership('tea', 'JOINED', 8));

  expect(passed()).toEqual(['tea LEFT']);
});

test('a blocked user reaches nobody while the snapshot is read', async () => {
  const troll = newId();
  blocked = [troll];
  source.beforeSnapshot = async () => {
    await announce({ ...membership('lair', 'BANNED', 1), actorId: troll });
    await announce({ ...membership('hall', 'BANNED', 1), actorId: 'grace' });
  };

  await stream.begin();

  expect(passed()).toEqual(['hall BANNED']);
  expect([...ends.keys()]).toEqual(['lair', 'hall']);
});

test('of a room that the viewer never joined, a ban is not passed on', async () => {
  await stream.begin();
  const { membership: row, ...event } = membership('lair', 'BANNED', 1);

  await announce({ ...event, membership: { ...row, joinedAt: null } });
  await announce(membership('hall', 'BANNED', 1));

  expect(passed()).toEqual(['hall BANNED']);
});

test('of a private room that the viewer left, the event shows only which one it was', async () => {
  await stream.begin();

  await announce(membership('tea', 'LEFT', 9));

  expect(received).toMatchObject([{ membership: { room: { id: 'tea', name: null, isRedacted: true } } }]);
});

test('the first end of access to a room is noted, and forgotten when the viewer is back', async () => {
  await stream.begin();
  for (const [state, eventNumber] of [
    ['LEFT', 9],
    ['BANNED', 10],
  ] as const) {
    await announce(membership('tea', state, eventNumber));
  }
  expect(ends.get('tea')?.eventNumber).toBe(9);

  await announce(membership('tea', 'JOINED', 11));

  expect(ends.size).toBe(0);
});

test('a snapshot that has a room again forgets its end, unless the room was left since', async () => {
  for (const roomId of ['tea', 'coffee']) ends.set(roomId, membership(roomId, 'LEFT', 3));
  shown.coffee = 5;
  source.beforeSnapshot = () => announce(membership('coffee', 'LEFT', 9));

  await stream.begin();

  expect([...ends.keys()]).toEqual(['coffee']);
});

test('a room that the viewer silences passes nothing on until the viewer chooses ALL again', async () => {
  await stream.begin();

  await announce(silence);
  notify('tea', 6);
  await announce({ type: 'NOTIFICATION_LEVEL_SET', roomId: 'tea', level: 'ALL' });
  notify('tea', 7);

  expect(passed()).toEqual(['tea 7']);
});

test('a new read position is passed on at once, then at most once a second for each room', async () => {
  await stream.begin();
  const read = (roomId: string) => announce({ type: 'READ', roomId, userId: 'ada', lastReadSequence: 6 });

  await read('tea');
  for (const roomId of ['tea', 'coffee', 'tea']) await read(roomId);
  expect(passed()).toEqual(['tea read']);
  await jest.advanceTimersByTimeAsync(1000);

  expect(passed()).toEqual(['tea read', 'tea read', 'coffee read']);
});

test.each<[string, () => unknown]>([
  ['came while the viewer was present', () => notify('tea', 6, { isPresent: true })],
  ['came to a silent room', () => announce(silence).then(() => notify('tea', 6))],
  ['is of a blocked user', () => notify('tea', 6, { authorId: mallory })],
  ['was unread and is deleted', () => stream.deleted('tea', 4)],
])('when a message %s, the count is passed on within two seconds', async (_name, happen) => {
  blocked = [mallory];
  await stream.begin();

  await happen();
  expect(passed()).toEqual([]);
  await jest.advanceTimersByTimeAsync(2000);

  expect(passed()).toEqual(['tea read']);
});

test('a count that is passed on since the viewer has read the message at once is not passed on again', async () => {
  await stream.begin();
  notify('tea', 6, { isPresent: true });

  await announce({ type: 'READ', roomId: 'tea', userId: 'ada', lastReadSequence: 6 });
  await jest.advanceTimersByTimeAsync(5000);

  expect(passed()).toEqual(['tea read']);
});

test('in a busy room where the viewer reads nothing, counts come more and more seldom', async () => {
  await stream.begin();
  let sequence = 5;
  /** Returns after how many seconds the next counts were passed on, while a message comes every second. */
  const talk = async (seconds: number) => {
    const times: number[] = [];
    for (let second = 0; second < seconds; second += 1) {
      notify('tea', ++sequence, { isPresent: true });
      await jest.advanceTimersByTimeAsync(1000);
      if (received.splice(0).length > 0) times.push(second + 1);
    }
    return times;
  };

  expect(await talk(250)).toEqual([2, 6, 14, 30, 62, 122, 182, 242]);

  await announce({ type: 'READ', roomId: 'tea', userId: 'ada', lastReadSequence: sequence });
  await jest.advanceTimersByTimeAsync(1000);
  received.splice(0);
  expect(await talk(6)).toEqual([2, 6]);

  await jest.advanceTimersByTimeAsync(120_000);
  received.splice(0);
  expect(await talk(2)).toEqual([2]);
});

test('a deleted message that the viewer had read changes no count', async () => {
  await stream.begin();
  stream.hasRead('tea', 5);

  for (const sequence of [3, 4, 5]) stream.deleted('tea', sequence);
  await jest.advanceTimersByTimeAsync(5000);

  expect(passed()).toEqual(['tea read']);
});

test('no count of a room follows the end of the membership', async () => {
  await stream.begin();
  notify('tea', 6, { isPresent: true });

  await announce(membership('tea', 'LEFT', 8));
  await jest.advanceTimersByTimeAsync(5000);

  expect(passed()).toEqual(['tea LEFT']);
});

test('nor does a read position that waits, or arrives late', async () => {
  await stream.begin();
  const read = () => announce({ type: 'READ', roomId: 'tea', userId: 'ada', lastReadSequence: 6 });
  for (let times = 0; times < 2; times += 1) await read();

  await announce(membership('tea', 'LEFT', 8));
  await read();
  await jest.advanceTimersByTimeAsync(5000);

  expect(passed()).toEqual(['tea read', 'tea LEFT']);
});

test('a stream that is closed passes nothing on', async () => {
  await stream.begin();
  notify('tea', 6, { isPresent: true });
  stream.close();

  notify('tea', 7);
  await announce({ type: 'READ', roomId: 'tea', userId: 'ada', lastReadSequence: 6 });
  await jest.advanceTimersByTimeAsync(1000);

  expect([passed(), inside.size, added]).toEqual([[], 0, 0]);
});
