import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { causes } from '../support/ends-of-access.ts';
import { lastEventNumber } from '../support/head.ts';
import type { Person } from '../support/person.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { nosySubscriptions } from '../support/room-fields.ts';
import { makeChannel, makeGroup, say } from '../support/rooms.ts';
import { bySocket, byStream, type Transcript } from '../support/transcript.ts';
import { startTwoNodes, untilRedisIs } from '../support/two-nodes.ts';
import { until } from '../support/until.ts';

const started = await startRedis();
const redis = started as TestRedis;
const describeWithRedis = started ? describe : describe.skip; // startRedis has said why

describeWithRedis('a reader at one node whose access ends at the other', () => {
  const opened = started ? startTwoNodes(redis.url) : null;
  afterAll(async () => {
    await (await opened!).close();
    await redis.stop();
  });
  let ada: Person;
  let grace: Person;
  beforeEach(async () => {
    const { one, two } = await opened!;
    [ada, grace] = await Promise.all([one.signIn('Ada'), two.signIn('Grace')]);
  });

  const query = nosySubscriptions['roomEvents, personal'];
  const readers = [
    ['WebSocket', bySocket],
    ['Server-Sent Events', byStream],
  ] as const;

  async function end(cause: string, roomId: string): Promise<number> {
    const { one: node } = await opened!;
    await causes[cause]!.end({ roomId, reader: grace, owner: ada, node });
    return (await lastEventNumber(node, roomId)) - 1; // a system message follows
  }

  async function expectLast(transcript: Transcript, eventNumber: number): Promise<void> {
    await until(() => transcript.isOver);
    const last = transcript.results.at(-1)?.data?.roomEvents;
    expect(last).toMatchObject({ status: 'ENDED', positionAfter: eventNumber, events: [] });
    expect(transcript.text).not.toContain('Later');
    transcript.hangUp();
  }

  test.each(readers)('gets the ban, then ENDED, over %s', async (_name, read) => {
    const roomId = await makeChannel(ada, 'Stream', [grace]);
    const transcript = await read({ url: grace.url, token: grace.token, query, variables: { roomId } });
    await until(() => transcript.hasBegun);

    const banned = await end('ban', roomId);
    await say(ada, roomId, 'Later');

    await expectLast(transcript, banned);
  });

  test.each(readers)('gets the removal, then ENDED, over %s, while Redis is away', async (_name, read) => {
    const { one, two } = await opened!;
    const roomId = await makeGroup(ada, 'Group', [grace]);
    const transcript = await read({ url: grace.url, token: grace.token, query, variables: { roomId } });
    await until(() => transcript.hasBegun);
    await redis.stop();
    await Promise.all([one, two].map((node) => untilRedisIs('unavailable', node)));

    const removed = await end('removal', roomId);
    const removedAt = Date.now();
    await say(ada, roomId, 'Later');

    await expectLast(transcript, removed);
    console.info(`Without Redis, the removal was found after ${Date.now() - removedAt} ms`);
    await redis.restart();
    await Promise.all([one, two].map((node) => untilRedisIs('ok', node)));
  });

  test('is disconnected with 4403 while Redis is away, if the session was revoked', async () => {
    const { one, two } = await opened!;
    const roomId = await makeGroup(ada, 'Group', [grace]);
    const transcript = await bySocket({ url: grace.url, token: grace.token, query, variables: { roomId } });
    await until(() => transcript.hasBegun);
    await redis.stop();
    await Promise.all([one, two].map((node) => untilRedisIs('unavailable', node)));

    await end('revoked session', roomId);

    await until(() => transcript.closed !== null);
    expect(transcript).toMatchObject({ closed: 4403 });
    expect(transcript.results.at(-1)).toMatchObject({ data: { roomEvents: { status: 'ENDED' } } });
    await redis.restart();
    await Promise.all([one, two].map((node) => untilRedisIs('ok', node)));
  });
});
