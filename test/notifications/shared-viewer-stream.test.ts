import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, expect, test } from '@jest/globals';
import { LocalBus } from '../../src/bus/bus.ts';
import type { MembershipChanged } from '../../src/log/events/membership-changed.ts';
import { userTopic } from '../../src/log/topics.ts';
import type { NotifiedUser } from '../../src/notifications/notifier.ts';
import type { ViewerSnapshot } from '../../src/notifications/pending.ts';
import { SharedViewerStream, type ViewerReading } from '../../src/notifications/shared-viewer-stream.ts';
import type { ViewerEvent } from '../../src/notifications/viewer-event.ts';

/** Number of the last message that a snapshot shows, and what happens while it is read. */
let shown: number;
let beforeSnapshot: () => unknown;
/** How often the viewer entered the room, and is in it now. */
let entries: number;
let inside: number;
/** The streams that are open. */
let open: Set<NotifiedUser>;
let bus: LocalBus;
let shared: SharedViewerStream;
beforeEach(() => {
  [shown, entries, inside] = [5, 0, 0];
  beforeSnapshot = () => {};
  open = new Set();
  bus = new LocalBus(() => {});
  const add = (user: NotifiedUser) => {
    open.add(user);
    return () => void open.delete(user);
  };
  const enter = () => {
    entries += 1;
    inside += 1;
    const leave = () => void inside--;
    return { entered: Promise.resolve(), leave };
  };
  const roomsOf = async () => [{ roomId: 'tea', level: 'ALL' as const }];
  const since = async () => [];
  shared = new SharedViewerStream({
    userId: 'ada',
    bus,
    notifier: { add, enter },
    watches: { since },
    roomsOf,
    snapshotOf,
  });
});

async function snapshotOf(): Promise<ViewerSnapshot> {
  const rooms = [{ roomId: 'tea', level: 'ALL' as const, lastSequence: shown, lastReadSequence: 3 }];
  await beforeSnapshot();
  return { type: 'VIEWER_SNAPSHOT', rooms, blockedIds: [], messages: async () => [], count: 0 };
}

interface Received extends ViewerReading {
  /** Numbers of the messages, types of other events, and `lost`. */
  got: (number | string)[];
}

function follow(): Received {
  const got: Received['got'] = [];
  const next = (event: ViewerEvent) =>
    void got.push(event.type === 'NOTIFICATION_ADDED' ? event.message.sequence : event.type);
  const onLost = () => {
    got.push('lost');
    reading.stop();
  };
  const reading = shared.follow({ next, onLost });
  return { ...reading, got };
}

/** A message arrives in the room. */
function notify(sequence: number): void {
  const added = { type: 'NOTIFICATION_ADDED', roomId: 'tea', message: { sequence, authorId: 'grace' } };
  for (const user of open) user.notify(added as Parameters<NotifiedUser['notify']>[0], false);
}

test('all subscriptions of a user share a stream, and the last one closes it', async () => {
  const followers = [follow(), follow(), follow()];
  await followers[0]!.snapshot;
  followers.push(follow());
  await followers[3]!.snapshot;
  notify(6);
  expect(followers.map(({ got }) => got)).toEqual([[6], [6], [6], [6]]);
  expect([open.size, entries, inside]).toEqual([1, 1, 1]);

  for (const { stop } of followers.slice(1)) stop();
  notify(7);
  expect(followers[0]!.got).toEqual([6, 7]);
  followers[0]!.stop();

  expect([open.size, inside]).toEqual([0, 0]);
});

test('subscriptions that begin together get the same snapshot', async () => {
  const [one, other] = [follow(), follow()];

  expect(await one.snapshot).toBe(await other.snapshot);
});

test('a later subscription gets a snapshot of its own, and each message after it once', async () => {
  await follow().snapshot;
  notify(6);
  shown = 7;
  beforeSnapshot = () => {
    for (const sequence of [7, 8]) notify(sequence);
  };
  const late = follow();

  expect((await late.snapshot).rooms).toMatchObject([{ lastSequence: 7 }]);
  notify(9);

  expect(late.got).toEqual([8, 9]);
});

test('a message that a later snapshot shows before it arrives is not passed on after it', async () => {
  const early = follow();
  await early.snapshot;
  shown = 7;
  const late = follow();
  await late.snapshot;

  for (const sequence of [6, 7, 8]) notify(sequence);

  expect(early.got).toEqual([6, 7, 8]);
  expect(late.got).toEqual([8]);
});

test('a subscription that begins while the first snapshot is read misses nothing that comes meanwhile', async () => {
  let late: Received | undefined;
  beforeSnapshot = () => {
    notify(6);
    late ??= follow();
    shown = 6;
  };
  const early = follow();
  await early.snapshot;

  expect((await late!.snapshot).rooms).toMatchObject([{ lastSequence: 6 }]);
  notify(7);

  expect([early.got, late!.got]).toEqual([[6, 7], [7]]);
});

test('a subscription whose snapshot waits behind a thousand events begins again, and the others go on', async () => {
  const early = follow();
  await early.snapshot;
  beforeSnapshot = () => {
    for (let sequence = 6; sequence <= 1006; sequence++) notify(sequence);
  };
  const late = follow();
  await late.snapshot;

  expect(late.got).toEqual(['lost']);
  expect(early.got).toHaveLength(1001);
});

test('when events are missed, all begin again, on one new stream', async () => {
  const followers = [follow(), follow()];
  await followers[0]!.snapshot;
  const [before] = open;

  before!.restart();
  const again = [follow(), follow()];
  await Promise.all(again.map(({ snapshot }) => snapshot));

  expect(followers.map(({ got }) => got)).toEqual([['lost'], ['lost']]);
  expect(open.has(before!)).toBe(false);
  expect([open.size, inside]).toEqual([1, 1]);
});

test('a stream that cannot begin fails for its followers and leaves nothing behind; the next one begins another', async () => {
  beforeSnapshot = () => {
    throw new Error('away');
  };
  const followers = [follow(), follow()];
  for (const { snapshot } of followers) await expect(snapshot).rejects.toThrow('away');
  expect([open.size, inside]).toEqual([0, 0]);

  beforeSnapshot = () => {};
  const next = follow();
  await next.snapshot;
  for (const { stop } of followers) stop();
  notify(6);

  expect(next.got).toEqual([6]);
});

test('ends of access outlast the stream that noted them', async () => {
  const { snapshot, stop } = follow();
  await snapshot;
  const room = { id: 'tea', kind: 'GROUP', name: 'Secret' };
  const membership = { userId: 'ada', roomId: 'tea', state: 'LEFT', stateEventNumber: 9, room };
  const left = { type: 'MEMBERSHIP_CHANGED', roomId: 'tea', eventNumber: 9, membership } as MembershipChanged;
  bus.publish(userTopic('ada'), left);
  await turn();

  stop();

  expect([...shared.ends.keys()]).toEqual(['tea']);
});
