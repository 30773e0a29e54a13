import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { innerId } from '../../src/base/ids.ts';
import {
  PresenceChangedDocument,
  type PresenceChangedSubscription,
  RoomPresenceDocument,
  SetStatusDocument,
  UpdateProfileDocument,
  UserPresenceDocument,
} from '../generated/graphql.ts';
import { type Deployment, deployments, endDeployments } from '../support/deployments.ts';
import { Follower } from '../support/follower.ts';
import { Listener } from '../support/listener.ts';
import { ask, type Person } from '../support/person.ts';
import { startRedis } from '../support/redis.ts';
import { done, leave, makeGroup } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { RawSocket } from '../support/socket.ts';
import { startTwoNodes, type TwoNodes, untilRedisIs } from '../support/two-nodes.ts';
import { until } from '../support/until.ts';

type Update = PresenceChangedSubscription['presenceChanged'];

afterAll(endDeployments);

/** What a client shows that applies every update: names and statuses of the users in a room. */
function known({ results }: Listener<PresenceChangedSubscription>, roomId: string): Record<string, string> {
  const users = new Map<string, Update['changed'][number]>();
  for (const { presenceChanged: update } of results.filter(
    ({ presenceChanged }) => presenceChanged.roomId === roomId,
  )) {
    if (update.isSnapshot) users.clear();
    for (const presence of update.changed) users.set(presence.user.id, presence);
    for (const id of update.wentOffline) users.delete(id);
  }
  return Object.fromEntries([...users.values()].map(({ user, status }) => [user.displayName, status]));
}

describe.each(deployments)('presence, on %s', (_name, start) => {
  let deployment: Deployment;
  let ada: Person;
  let grace: Person;
  let edsger: Person;
  const open: { hangUp(): Promise<unknown> }[] = [];
  beforeAll(async () => {
    deployment = await start();
    ({ ada, grace } = await deployment.here.people('Ada', 'Grace'));
    ({ edsger } = await deployment.there.people('Edsger'));
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.hangUp()));
  });
  afterAll(() => deployment.close());

  async function enter(person: Person, roomId: string): Promise<Follower> {
    const follower = await Follower.of(person, roomId);
    open.push(follower);
    return follower;
  }

  function watch(person: Person, ...roomIds: string[]) {
    const listener = Listener.of(person, PresenceChangedDocument, { roomIds });
    open.push(listener);
    return listener;
  }

  const untilKnown = (listener: Listener<PresenceChangedSubscription>, roomId: string, names: object) =>
    listener.heard(
      () =>
        JSON.stringify(known(listener, roomId), Object.keys(names)) === JSON.stringify(names) &&
        Object.keys(known(listener, roomId)).length === Object.keys(names).length,
    );

  test('begins with a snapshot, then publishes users who enter and who leave', async () => {
    const roomId = await makeGroup(ada, 'Salon', [grace, edsger]);
    await enter(grace, roomId);
    const listener = watch(ada, roomId);
    await untilKnown(listener, roomId, { Grace: 'ONLINE' });
    expect(listener.results[0]).toMatchObject({ presenceChanged: { isSnapshot: true } });

    const guest = await enter(edsger, roomId);
    await untilKnown(listener, roomId, { Edsger: 'ONLINE', Grace: 'ONLINE' });
    await guest.hangUp();
    await untilKnown(listener, roomId, { Grace: 'ONLINE' });

    const updates = listener.results.map(({ presenceChanged }) => presenceChanged);
    expect(updates.filter(({ isSnapshot }) => isSnapshot)).toHaveLength(1);
    expect(updates.map(({ onlineCount }) => onlineCount)).toEqual([1, 2, 1]);
    expect(updates.at(-1)).toMatchObject({ changed: [], wentOffline: [edsger.id] });
  });

  test('counts two devices as one user, and a reload as no change', async () => {
    const roomId = await makeGroup(ada, 'Reload', [grace]);
    const tablet = await enter(grace, roomId);
    const phone = await enter(grace, roomId);
    const listener = watch(ada, roomId);
    await untilKnown(listener, roomId, { Grace: 'ONLINE' });

    await tablet.hangUp();
    await phone.hangUp();
    await enter(grace, roomId);
    const own = await enter(ada, roomId);
    await untilKnown(listener, roomId, { Ada: 'ONLINE', Grace: 'ONLINE' });
    // Grace would leave at the latest when the last one leaves.
    await own.hangUp();
    await untilKnown(listener, roomId, { Grace: 'ONLINE' });

    const updates = listener.results.map(({ presenceChanged }) => presenceChanged);
    expect(updates.flatMap(({ wentOffline }) => wentOffline)).toEqual([ada.id]);
    expect(updates.flatMap(({ changed }) => changed).filter(({ user }) => user.id === grace.id)).toHaveLength(1);
  });

  test('publishes a status and a new name at once, and lets users hide', async () => {
    const roomId = await makeGroup(ada, 'Masks', [grace, edsger]);
    const { hedy } = await deployment.there.people('Hedy');
    const group = await makeGroup(hedy, 'Stage', [ada]);
    await enter(hedy, group);
    const listener = watch(ada, group, roomId);
    await untilKnown(listener, group, { Hedy: 'ONLINE' });

    await hedy.ask(SetStatusDocument, { input: { status: 'DO_NOT_DISTURB', statusText: 'On air' } });
    await untilKnown(listener, group, { Hedy: 'DO_NOT_DISTURB' });
    await hedy.ask(UpdateProfileDocument, { input: { displayName: 'Hedy L.' } });
    await untilKnown(listener, group, { 'Hedy L.': 'DO_NOT_DISTURB' });
    await hedy.ask(SetStatusDocument, { input: { status: 'OFFLINE' } });
    await untilKnown(listener, group, {});
  });

  test('follows several rooms, until the user has left all of them', async () => {
    const [one, two] = await Promise.all([makeGroup(ada, 'One', [grace]), makeGroup(ada, 'Two', [grace])]);
    const listener = watch(grace, one, two);
    await untilKnown(listener, one, {});
    await listener.heard(({ presenceChanged }) => presenceChanged.roomId === two);

    await leave(grace, one);
    await enter(ada, one);
    await enter(ada, two);
    await untilKnown(listener, two, { Ada: 'ONLINE' });
    expect(known(listener, one)).toEqual({});

    await leave(grace, two);
    await listener.ended;
  });

  test('counts a crowd and lists some of its users, and lists all once there are few again', async () => {
    const roomId = await makeGroup(ada, 'Crowd', [grace]);
    const { prisma, presence } = deployment.there.app.services;
    const fans = await prisma.$queryRaw<{ id: string }[]>`
      INSERT INTO "User" ("id", "username", "displayName")
      SELECT gen_random_uuid(), 'fan-' || gen_random_uuid(), 'Fan ' || n FROM generate_series(1, 501) n RETURNING "id"`;
    const listener = watch(ada, roomId);
    await untilKnown(listener, roomId, {});

    const leave = fans.map(({ id }) => presence.tracker.hold(innerId('Room', roomId), id));
    await listener.heard(({ presenceChanged }) => presenceChanged.onlineCount === 501);
    const { presenceChanged: crowd } = listener.last!;
    expect(crowd).toMatchObject({ isSnapshot: true, wentOffline: [] });
    expect(crowd.changed).toHaveLength(50);
    await enter(grace, roomId);
    await listener.heard(({ presenceChanged }) => presenceChanged.onlineCount === 502);
    expect(listener.last!.presenceChanged).toMatchObject({ isSnapshot: false, changed: [], wentOffline: [] });

    for (const leaveOne of leave.slice(0, 499)) leaveOne();
    await listener.heard(({ presenceChanged }) => presenceChanged.onlineCount === 3);
    expect(Object.keys(known(listener, roomId))).toHaveLength(3);
    for (const leaveOne of leave.slice(499)) leaveOne();
    await untilKnown(listener, roomId, { Grace: 'ONLINE' });
  });

  test('refuses outsiders, no rooms and too many rooms', async () => {
    const roomId = await makeGroup(ada, 'Closed');
    const refused = (roomIds: string[]) => Listener.of(grace, PresenceChangedDocument, { roomIds }).ended;

    await expect(refused([roomId])).rejects.toMatchObject({ extensions: { code: 'NOT_FOUND' } });
    await expect(refused([])).rejects.toMatchObject({ extensions: { code: 'INVALID_INPUT' } });
    await expect(refused(Array(51).fill(roomId))).rejects.toMatchObject({ extensions: { code: 'INVALID_INPUT' } });
    await expect(refused([grace.id])).rejects.toMatchObject({ extensions: { code: 'INVALID_INPUT' } });
  });
});

const redis = await startRedis();
/** Half of the usual time between two beats: the lease of a node that stops runs out after three. */
const beatMs = 1000;
const describeWithRedis = redis ? describe : describe.skip; // startRedis has said why

describeWithRedis('presence on two nodes', () => {
  let nodes: TwoNodes;
  let ada: Person;
  let grace: Person;
  beforeAll(async () => {
    nodes = await startTwoNodes(redis!.url, { beatMs });
  });
  afterAll(async () => {
    await nodes.close();
    await redis!.stop();
  });
  beforeEach(async () => {
    ada = await nodes.one.signIn('Ada');
    grace = await nodes.two.signIn('Grace');
  });

  /** The status of a user as a node shows it. */
  async function statusAt({ url }: TestServer, { id, token }: Person): Promise<string> {
    return (await ask(url, UserPresenceDocument, { id }, token)).data.user!.presence.status;
  }

  const untilSeen = (status: string, person: Person) =>
    until(async () =>
      (await Promise.all([statusAt(nodes.one, person), statusAt(nodes.two, person)])).every((seen) => seen === status),
    );

  async function listen(node: TestServer, person: Person, room: string): Promise<RawSocket> {
    const socket = await RawSocket.ready(node.url, person.token);
    await socket.ask(`subscription { roomEvents(roomId: "${room}") { status } }`);
    return socket;
  }

  async function present(node: TestServer, room: string): Promise<string[]> {
    const { data } = await ask(node.url, RoomPresenceDocument, { id: room, first: 50 }, ada.token);
    expect(data.room!.presence.onlineCount).toBe(data.room!.presence.present.length);
    return data.room!.presence.present.map(({ user }) => user.id);
  }

  test('counts a phone on one and a laptop on the other as one user, until both are gone', async () => {
    const room = await makeGroup(ada, 'Garden', [grace]);
    const phone = await listen(nodes.one, ada, room);
    const laptop = await listen(nodes.two, ada, room);
    await untilSeen('ONLINE', ada);
    for (const node of [nodes.one, nodes.two]) expect(await present(node, room)).toEqual([ada.id]);

    phone.close();
    await until(() => nodes.one.app.services.presence.tracker.onlineUsers === 0);
    expect(await statusAt(nodes.one, ada)).toBe('ONLINE');
    expect(await present(nodes.one, room)).toEqual([ada.id]);
    laptop.close();

    await untilSeen('OFFLINE', ada);
    for (const node of [nodes.one, nodes.two]) expect(await present(node, room)).toEqual([]);
  });

  test('publishes a status that is set on one to the watchers on the other', async () => {
    const room = await makeGroup(ada, 'Kitchen', [grace]);
    const phone = await listen(nodes.one, ada, room);
    await until(async () => (await present(nodes.two, room)).includes(ada.id));
    const seen: string[] = [];
    const unwatch = await nodes.two.app.services.presence.store.watch(innerId('Room', room), () => {
      void statusAt(nodes.two, ada).then((status) => seen.push(status));
    });

    const input = { status: 'DO_NOT_DISTURB' as const };
    done((await ask(nodes.two.url, SetStatusDocument, { input }, ada.token)).data.setStatus);

    await until(() => seen.includes('DO_NOT_DISTURB'));
    unwatch();
    phone.close();
  });

  test('does not show a user as leaving whose node stops while they connect to another', async () => {
    const three = await startServer({ redisUrl: redis!.url, databaseUrl: nodes.one.databaseUrl, beatMs });
    await untilRedisIs('ok', three);
    const room = await makeGroup(ada, 'Harbour', [grace]);
    const before = await listen(three, ada, room);
    await until(async () => (await present(nodes.two, room)).includes(ada.id));
    const seen: string[][] = [];
    const unwatch = await nodes.two.app.services.presence.store.watch(innerId('Room', room), () => {
      void present(nodes.two, room).then((userIds) => seen.push(userIds));
    });

    await three.close();
    expect(await before.next()).toMatchObject({ closed: 1001 });
    const after = await listen(nodes.one, ada, room);
    const lost = seen.length;
    await until(() => seen.length > lost + 1); // the updates about her new node and about the end of the old one

    expect(seen.every((userIds) => userIds.includes(ada.id))).toBe(true);
    unwatch();
    after.close();
  });
});
