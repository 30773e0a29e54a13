import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { innerId } from '../../src/base/ids.ts';
import { RoomPresenceDocument, SetStatusDocument, UserPresenceDocument } from '../generated/graphql.ts';
import { ask, Person } from '../support/person.ts';
import { startRedis } from '../support/redis.ts';
import { done, makeGroup } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { RawSocket } from '../support/socket.ts';
import { startTwoNodes, type TwoNodes, untilRedisIs } from '../support/two-nodes.ts';
import { until } from '../support/until.ts';

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
    ada = await Person.signIn(nodes.one.url, 'Ada');
    grace = await Person.signIn(nodes.two.url, 'Grace');
  });
  afterEach(() => Promise.all([ada.close(), grace.close()]));

  /** How somebody is seen from a node. */
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

  test('a phone on one and a laptop on the other are one user, until both are gone', async () => {
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

  test('a status that is set on one is told to who watches on the other', async () => {
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

  test('a node that stops while its users go to another lets nobody see them leave', async () => {
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
    await until(() => seen.length > lost + 1); // that she is on another node, and that the first one has gone

    expect(seen.every((userIds) => userIds.includes(ada.id))).toBe(true);
    unwatch();
    after.close();
  });
});
