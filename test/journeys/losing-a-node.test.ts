import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PresenceChangedDocument, ViewerEventsDocument } from '../generated/graphql.ts';
import { Follower } from '../support/follower.ts';
import { Listener } from '../support/listener.ts';
import { Person } from '../support/person.ts';
import { build, type ParleyProcess, runParley } from '../support/process.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { command } from '../support/redis-bus.ts';
import { makeGroup, say } from '../support/rooms.ts';
import { jwtSecret, startServer, type TestServer } from '../support/server.ts';
import { untilRedisIs } from '../support/two-nodes.ts';

const started = await startRedis();
const redis = started as TestRedis;
const leases = 'parley:presence:leases';
const describeWithRedis = started ? describe : describe.skip; // startRedis has said why

describeWithRedis('of two nodes', () => {
  let survivor: TestServer;
  let doomed: ParleyProcess;
  let doomedUrl: string;
  let dataDir: string;
  let ada: Person;
  let grace: Person;
  let room: string;
  beforeAll(async () => {
    build();
    dataDir = await mkdtemp(join(tmpdir(), 'parley-doomed-'));
    survivor = await startServer({ redisUrl: redis.url });
    doomed = runParley({
      DATA_DIR: dataDir,
      PORT: '0',
      DATABASE_URL: survivor.databaseUrl,
      REDIS_URL: redis.url,
      AUTH_JWT_SECRET: jwtSecret,
    });
    doomedUrl = /GraphiQL\s+(\S+)/.exec(await doomed.ready)![1]!;
    await untilRedisIs('ok', survivor);
    ada = await Person.signIn(survivor.url, 'Ada');
    grace = await Person.signIn(doomedUrl, 'Grace');
    room = await makeGroup(ada, 'Two nodes', [grace]);
  });
  afterAll(async () => {
    await Promise.all([ada.close(), grace.close()]);
    await doomed.end('SIGKILL');
    await survivor.close();
    await redis.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  /** Returns how long the latest lease of a node still lasts, by the clock of Redis. */
  async function longestLeaseMs(): Promise<number> {
    const [, endsAt] = (await command(redis.port, 'ZRANGE', leases, '0', '0', 'REV', 'WITHSCORES')) as string[];
    const [seconds, microseconds] = (await command(redis.port, 'TIME')) as string[];
    return Number(endsAt) - (1000 * Number(seconds) + Math.floor(Number(microseconds) / 1000));
  }

  test('one is killed: its users are offline when its lease ends, which is published once', async () => {
    const listener = Listener.of(ada, PresenceChangedDocument, { roomIds: [room] });
    await Follower.of(grace, room);
    await listener.heard(({ presenceChanged }) => presenceChanged.changed.some(({ user }) => user.id === grace.id));

    expect(await longestLeaseMs()).toBeLessThanOrEqual(6000);
    await doomed.end('SIGKILL');
    await listener.heard(({ presenceChanged }) => presenceChanged.wentOffline.includes(grace.id));

    // Long enough for a second update about the leaving, if there were one.
    const own = await Follower.of(ada, room);
    await listener.heard(({ presenceChanged }) => presenceChanged.changed.some(({ user }) => user.id === ada.id));
    const updates = listener.results.map(({ presenceChanged }) => presenceChanged);
    expect(updates.flatMap(({ wentOffline }) => wentOffline)).toEqual([grace.id]);
    expect(updates.filter(({ isSnapshot }) => isSnapshot)).toHaveLength(1);
    await Promise.all([listener.hangUp(), own.hangUp()]);
  });

  test('Redis loses its data in a restart: presence is correct again, and no user misses a notification', async () => {
    const { app } = survivor;
    const hedy = await Person.signIn(survivor.url, 'Hedy');
    const group = await makeGroup(ada, 'Redis away', [hedy]);
    const device = Listener.of(hedy, ViewerEventsDocument, {});
    await device.heard(() => true);
    const own = await Follower.of(ada, group);
    const listener = Listener.of(hedy, PresenceChangedDocument, { roomIds: [group] });
    await listener.heard(({ presenceChanged }) => presenceChanged.changed.some(({ user }) => user.id === ada.id));

    redis.kill();
    await untilRedisIs('unavailable', survivor);
    await say(ada, group, 'Said without Redis');
    await redis.restart();
    await untilRedisIs('ok', survivor);
    await say(ada, group, 'Said with Redis');

    const texts = () =>
      device.results.flatMap(({ viewerEvents: event }) => {
        if (event.__typename === 'NotificationAdded') return [event.notification.message.text];
        return event.__typename === 'ViewerSnapshot'
          ? event.pendingNotifications.map(({ message }) => message.text)
          : [];
      });
    await device.heard(() => texts().includes('Said with Redis'));
    expect(texts()).toContain('Said without Redis');
    const late = Listener.of(hedy, PresenceChangedDocument, { roomIds: [group] });
    await late.heard(({ presenceChanged }) => presenceChanged.changed.some(({ user }) => user.id === ada.id));
    expect(listener.results.flatMap(({ presenceChanged }) => presenceChanged.wentOffline)).toEqual([]);
    expect(app.services.presence.tracker.onlineUsers).toBeGreaterThan(0);
    await Promise.all([own, device, listener, late].map((one) => one.hangUp()));
    await hedy.close();
  });
});
