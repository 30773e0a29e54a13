import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { LeaveRoomDocument, RevokeSessionDocument, SendMessageDocument } from '../generated/graphql.ts';
import { Follower } from '../support/follower.ts';
import { edit, react, remove } from '../support/messages.ts';
import { ask, Person } from '../support/person.ts';
import { startRedis } from '../support/redis.ts';
import { startCluster } from '../support/redis-cluster.ts';
import { add, makeGroup, say } from '../support/rooms.ts';
import { RawSocket } from '../support/socket.ts';
import { startTwoNodes, type TwoNodes } from '../support/two-nodes.ts';

const redis = await startRedis();
const cluster = redis && (await startCluster());
/** So that a node hears of what happens on the other by the bus alone. */
const never = 1_000_000;
const describeWithRedis = redis ? describe : describe.skip; // startRedis has said why

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
  afterAll(async () => {
    await nodes.close();
    await middle.stop();
  });
  beforeEach(async () => {
    ada = await Person.signIn(nodes.one.url, 'Ada');
    grace = await Person.signIn(nodes.two.url, 'Grace');
  });
  afterEach(() => Promise.all([ada.close(), grace.close()]));

  test('Ada on one node and Grace on the other talk', async () => {
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

  test('who comes from the other node goes on where it was', async () => {
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

  test('leaving on one node ends the reader on the other, after the event that says so and before all others', async () => {
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

  test('a message sent again to the other node at once is written once, and with another text a mismatch', async () => {
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

  test('what is edited, reacted to and deleted on one node is heard of on the other, in order', async () => {
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

  test('who is added on one node follows on the other at once', async () => {
    const room = await makeGroup(ada, 'Open door');
    await expect(Follower.of(grace, room)).rejects.toMatchObject({ extensions: { code: 'NOT_FOUND' } });

    await add(ada, room, [grace]);
    const follower = await Follower.of(grace, room);
    await say(ada, room, 'Welcome');
    await follower.untilAt(follower.frames[0]!.positionBefore + 1);

    expect(follower.texts).toEqual(['Welcome']);
  });

  test('a session revoked on one node ends on the other', async () => {
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
