import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { innerId } from '../../src/base/ids.ts';
import { RevokeSessionDocument } from '../generated/graphql.ts';
import { Follower } from '../support/follower.ts';
import { ask, Person } from '../support/person.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { makeGroup, say } from '../support/rooms.ts';
import { RawSocket } from '../support/socket.ts';
import { startTwoNodes, type TwoNodes, untilRedisIs } from '../support/two-nodes.ts';
import { until } from '../support/until.ts';

const started = await startRedis();
const redis = started as TestRedis;
const describeWithRedis = started ? describe : describe.skip; // startRedis has said why

describeWithRedis('Redis killed', () => {
  let nodes: TwoNodes;
  beforeAll(async () => {
    nodes = await startTwoNodes(redis.url, { sessionCheckMs: 1_000_000 }); // looked up while Redis is away alone
  });
  afterAll(async () => {
    await nodes.close();
    await redis.stop();
  });

  /** Somebody on each node by turns. */
  function signIn(...names: string[]): Promise<Person[]> {
    const { one, two } = nodes;
    return Promise.all(names.map((name, index) => Person.signIn((index % 2 === 0 ? one : two).url, name)));
  }

  const untilBothAre = (state: 'ok' | 'away') =>
    Promise.all([nodes.one, nodes.two].map((node) => untilRedisIs(state, node)));

  test('and restarted under load: every send succeeds, and every reader has every event once and in order', async () => {
    const writers = await signIn('Ada', 'Grace', 'Hedy', 'Joan');
    const readers = await signIn('Mary', 'Lise', 'Emmy', 'Rosa');
    const room = await makeGroup(writers[0]!, 'Under load', [...writers.slice(1), ...readers]);
    const followers = await Promise.all(readers.map((reader) => Follower.of(reader, room)));
    const load = startLoad(writers, room);
    const [, , restless] = followers;

    await load.untilSent(100);
    redis.kill();
    await untilBothAre('away');
    await restless!.hangUp();
    await load.untilSent(100);
    restless!.resume();
    await redis.restart();
    await untilBothAre('ok');
    await load.untilSent(100);
    const texts = await load.stop();

    const { lastEventNumber } = await nodes.one.app.services.prisma.roomHead.findUniqueOrThrow({
      where: { roomId: innerId('Room', room) },
    });
    for (const follower of followers) {
      await follower.untilAt(lastEventNumber);
      follower.expectNothingMissed();
      expect(new Set(follower.texts)).toEqual(new Set(texts));
    }
    await Promise.all(readers.map((reader) => reader.close()));
  });

  test('is what the metrics say, and the server stays ready', async () => {
    const connected = async () => {
      const response = await fetch(new URL('/metrics', nodes.one.url));
      return /^parley_bus_connected (\d)$/m.exec(await response.text())?.[1];
    };
    expect(await connected()).toBe('1');

    redis.kill();
    await untilBothAre('away'); // and ready

    expect(await connected()).toBe('0');
    await redis.restart();
    await untilBothAre('ok');
    expect(await connected()).toBe('1');
  });

  test('and a session that is revoked on one node ends on the other', async () => {
    const [ada, grace] = await signIn('Ada', 'Grace');
    const room = await makeGroup(ada!, 'Lost phone', [grace!]);
    const phone = await RawSocket.ready(nodes.two.url, grace!.token);
    await phone.ask(`subscription { roomEvents(roomId: "${room}") { status } }`);
    const { ends } = nodes.two.app.services.sessions;
    const before = ends.size;
    redis.kill();
    await untilBothAre('away');

    await ask(nodes.one.url, RevokeSessionDocument, { input: { sessionId: grace!.sessionId } }, grace!.token);

    expect(await phone.next()).toMatchObject({ type: 'next', payload: { data: { roomEvents: { status: 'ENDED' } } } });
    expect(await phone.next()).toEqual({ type: 'complete', id: '1' });
    expect(await phone.next()).toMatchObject({ closed: 4403 });
    expect(ends.size).toBe(before - 1);
    await redis.restart();
    await untilBothAre('ok');
  });
});

/** Everybody writes one message after the other, all at a time. */
function startLoad(writers: Person[], room: string) {
  const sent: string[] = [];
  let isOver = false;
  const write = async (writer: Person) => {
    for (let number = 1; !isOver; number += 1) {
      await say(writer, room, `${writer.name} ${number}`);
      sent.push(`${writer.name} ${number}`);
    }
  };
  const writing = Promise.all(writers.map(write));
  return {
    /** Resolves once so many more are sent; rejects if one was not. */
    untilSent: (more: number) => {
      const goal = sent.length + more;
      return Promise.race([writing, until(() => sent.length >= goal)]);
    },
    /** Resolves, when all is sent, with the texts. */
    stop: async () => {
      isOver = true;
      await writing;
      return sent;
    },
  };
}
