import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { innerId } from '../../src/base/ids.ts';
import { LeaveRoomDocument, RevokeSessionDocument, SendMessageDocument } from '../generated/graphql.ts';
import { Follower } from '../support/follower.ts';
import { edit, react, remove } from '../support/messages.ts';
import { ask, Person } from '../support/person.ts';
import { startRedis } from '../support/redis.ts';
import { startCluster } from '../support/redis-cluster.ts';
import { add, makeGroup, say } from '../support/rooms.ts';
import { RawSocket } from '../support/socket.ts';
import { startTwoNodes, type TwoNodes, untilRedisIs } from '../support/two-nodes.ts';
import { until } from '../support/until.ts';

const redis = await startRedis();
const cluster = redis && (await startCluster());
/** Long enough that a node learns of changes on the other by the bus alone. */
const never = 1_000_000;
const describeWithRedis = redis ? describe : describe.skip; // startRedis has said why

afterAll(async () => {
  await redis?.stop();
  await cluster?.stop();
});

describeWithRedis.each([
  ['Redis', redis!],
  ['a Redis Cluster', cluster!],
])('two nodes on %s', (_name, middle) => {
  let nodes: TwoNodes;
  let ada: Person;
  let grace: Person;
  beforeAll(async () => {
    nodes = await startTwoNodes(middle.url, { compareMs: never, sessionCheckMs: never });
  });
  afterAll(() => nodes.close());
  beforeEach(async () => {
    ada = await nodes.one.signIn('Ada');
    grace = await nodes.two.signIn('Grace');
  });

  test('let Ada on one and Grace on the other talk', async () => {
    const room = await makeGroup(ada, 'Analytical Engine', [grace]);
    const [hers, theirs] = await Promise.all([Follower.of(ada, room), Follower.of(grace, room)]);

    for (const number of [1, 2, 3, 4, 5]) {
      await say(ada, room, `Question ${number}`);
      await say(grace, room, `Answer ${number}`);
      await Promise.all(
        [hers, theirs].map((follower) => follower.untilAt(theirs.frames[0]!.positionBefore + 2 * number)),
      );
    }

    expect(theirs.position).toBe(theirs.frames[0]!.positionBefore + 10);
    expect(theirs.texts).toEqual([1, 2, 3, 4, 5].flatMap((number) => [`Question ${number}`, `Answer ${number}`]));
    expect(hers.texts).toEqual(theirs.texts);
    hers.expectNothingMissed();
    theirs.expectNothingMissed();
  });

  test('resume a reader who was connected to the other', async () => {
    const room = await makeGroup(ada, 'Moving', [grace]);
    const onOne = await Follower.of(ada, room);
    await say(ada, room, 'Before');
    await onOne.untilAt(onOne.frames[0]!.positionBefore + 1);
    await onOne.hangUp();
    const { cursor, positionAfter } = onOne.frames.at(-1)!;

    const sent = say(ada, room, 'Between');
    const onTwo = await Follower.of(grace, room, cursor);
    await sent;
    await onTwo.untilAt(positionAfter + 1);

    expect(onTwo.frames[0]?.positionBefore).toBe(positionAfter);
    expect(onTwo.frames.map(({ status }) => status)).not.toContain('RESET');
    expect(onTwo.texts).toEqual(['Between']);
  });

  test('end the subscription of a member who leaves on the other, after that event and before all later ones', async () => {
    const room = await makeGroup(ada, 'Secrets', [grace]);
    const follower = await Follower.of(grace, room);

    await say(ada, room, 'For Grace');
    await ask(nodes.one.url, LeaveRoomDocument, { input: { roomId: room } }, grace.token);
    await say(ada, room, 'Not for Grace');
    await follower.ended;

    const last = follower.frames.flatMap(({ events }) => events).at(-1);
    expect(last).toMatchObject({
      __typename: 'MembershipChangedEvent',
      membership: { state: 'LEFT', user: { id: grace.id } },
    });
    expect(follower.frames.at(-1)).toMatchObject({ status: 'ENDED', positionAfter: last?.eventNumber });
    expect(follower.texts).toContain('For Grace');
    expect(follower.texts).not.toContain('Not for Grace');
    follower.expectNothingMissed();
  });

  test('store a message once that both receive at once, and refuse another text as a mismatch', async () => {
    const room = await makeGroup(ada, 'Impatient', [grace]);
    const send = (node: 'one' | 'two', text: string, clientMessageId: string) =>
      ask(nodes[node].url, SendMessageDocument, { input: { roomId: room, text, clientMessageId } }, ada.token);
    const follower = await Follower.of(grace, room);
    const start = follower.position;

    const same = await Promise.all([send('one', 'Hello?', 'same'), send('two', 'Hello?', 'same')]);
    const other = await Promise.all([send('one', 'Left', 'fork'), send('two', 'Right', 'fork')]);
    await follower.untilAt(start + 2);

    const [replays, forks] = [same, other].map((answers) => answers.map(({ data }) => data.sendMessage));
    expect(replays!.filter(({ isReplay }) => isReplay)).toHaveLength(1);
    expect(new Set(replays!.map(({ message }) => message?.id)).size).toBe(1);
    expect(forks!.flatMap(({ userErrors }) => userErrors.map(({ code }) => code))).toEqual(['IDEMPOTENCY_MISMATCH']);
    expect(follower.texts).toEqual(['Hello?', forks!.find(({ message }) => message)?.message?.text]);
  });

  test('publish edits, reactions and deletions of each other in order', async () => {
    const room = await makeGroup(ada, 'Both sides', [grace]);
    const { id } = await say(ada, room, 'Helo');
    const follower = await Follower.of(grace, room);
    const start = follower.position;

    await edit(ada, id, 'Hello');
    await react(grace, id, '👋');
    await Promise.all(['🎉', '👀'].flatMap((emoji) => [react(ada, id, emoji), react(grace, id, emoji)]));
    await remove(ada, id);
    await follower.untilAt(start + 7);

    const told = follower.frames.flatMap(({ events }) => events.map(({ __typename }) => __typename));
    const reactions = Array.from({ length: 5 }, () => 'ReactionsChangedEvent');
    expect(told).toEqual(['MessageUpdatedEvent', ...reactions, 'MessageDeletedEvent']);
    follower.expectNothingMissed();
  });

  test('let a member who was added on the other subscribe at once', async () => {
    const room = await makeGroup(ada, 'Open door');
    await expect(Follower.of(grace, room)).rejects.toMatchObject({ extensions: { code: 'NOT_FOUND' } });

    await add(ada, room, [grace]);
    const follower = await Follower.of(grace, room);
    await say(ada, room, 'Welcome');
    await follower.untilHeard('Welcome');

    // The event that added her may be first: the other node receives it from the bus at some moment.
    expect(follower.texts.at(-1)).toBe('Welcome');
  });

  test('end a session that is revoked on the other', async () => {
    const room = await makeGroup(ada, 'Lost phone', [grace]);
    const phone = await RawSocket.ready(nodes.two.url, grace.token);
    await phone.ask(`subscription { roomEvents(roomId: "${room}") { status } }`);

    const { ends } = nodes.two.app.services.sessions;
    const before = ends.size;
    const input = { sessionId: grace.sessionId };
    await ask(nodes.one.url, RevokeSessionDocument, { input }, grace.token);

    expect(await phone.next()).toMatchObject({ type: 'next', payload: { data: { roomEvents: { status: 'ENDED' } } } });
    expect(await phone.next()).toEqual({ type: 'complete', id: '1' });
    expect(await phone.next()).toMatchObject({ closed: 4403 });
    expect(ends.size).toBe(before - 1);
  });
});

describeWithRedis('Redis killed', () => {
  let nodes: TwoNodes;
  beforeAll(async () => {
    nodes = await startTwoNodes(redis!.url, { sessionCheckMs: 1_000_000 }); // so that sessions are looked up only while Redis is away
  });
  afterAll(() => nodes.close());

  /** A user on each node, in turn. */
  function signIn(...names: string[]): Promise<Person[]> {
    const { one, two } = nodes;
    return Promise.all(names.map((name, index) => Person.signIn((index % 2 === 0 ? one : two).url, name)));
  }

  const untilBothAre = (state: 'ok' | 'unavailable') =>
    Promise.all([nodes.one, nodes.two].map((node) => untilRedisIs(state, node)));

  test('and restarted under load loses no send and no event', async () => {
    const writers = await signIn('Ada', 'Grace', 'Hedy', 'Joan');
    const readers = await signIn('Mary', 'Lise', 'Emmy', 'Rosa');
    const room = await makeGroup(writers[0]!, 'Under load', [...writers.slice(1), ...readers]);
    const followers = await Promise.all(readers.map((reader) => Follower.of(reader, room)));
    const load = startLoad(writers, room);
    const [, , restless] = followers;

    await load.untilSent(100);
    redis!.kill();
    await untilBothAre('unavailable');
    await restless!.hangUp();
    await load.untilSent(100);
    restless!.resume();
    await redis!.restart();
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
  });

  test('is reported in the metrics, and the server stays ready', async () => {
    const connected = async () => {
      const response = await fetch(new URL('/metrics', nodes.one.url));
      return /^parley_bus_connected (\d)$/m.exec(await response.text())?.[1];
    };
    expect(await connected()).toBe('1');

    redis!.kill();
    await untilBothAre('unavailable'); // and ready

    expect(await connected()).toBe('0');
    await redis!.restart();
    await untilBothAre('ok');
    expect(await connected()).toBe('1');
  });

  test('does not keep a session alive that was revoked on the other node', async () => {
    const [ada, grace] = await signIn('Ada', 'Grace');
    const room = await makeGroup(ada!, 'Lost phone', [grace!]);
    const phone = await RawSocket.ready(nodes.two.url, grace!.token);
    await phone.ask(`subscription { roomEvents(roomId: "${room}") { status } }`);
    const { ends } = nodes.two.app.services.sessions;
    const before = ends.size;
    redis!.kill();
    await untilBothAre('unavailable');

    await ask(nodes.one.url, RevokeSessionDocument, { input: { sessionId: grace!.sessionId } }, grace!.token);

    expect(await phone.next()).toMatchObject({ type: 'next', payload: { data: { roomEvents: { status: 'ENDED' } } } });
    expect(await phone.next()).toEqual({ type: 'complete', id: '1' });
    expect(await phone.next()).toMatchObject({ closed: 4403 });
    expect(ends.size).toBe(before - 1);
    await redis!.restart();
    await untilBothAre('ok');
  });
});

/** All users write at the same time, each one message after the other. */
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
