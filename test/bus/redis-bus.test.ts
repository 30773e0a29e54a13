import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Feed } from '../../src/live/feed.ts';
import type { Numbered } from '../../src/live/log.ts';
import { TcpProxy } from '../support/proxy.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { command, listen, type Node, openConnected, openNode } from '../support/redis-bus.ts';
import { until } from '../support/until.ts';
import { describeBus } from './bus.contract.ts';

const started = await startRedis();
const redis = started as TestRedis;
afterAll(() => started?.stop());

const describeWithRedis = started ? describe : describe.skip; // startRedis has said why

describeWithRedis('on Redis', () => {
  describeBus('the bus of one node', async () => {
    const { bus, logged } = await openConnected(redis.url);
    return { there: bus, here: bus, faults: logged };
  });

  describeBus('the bus of two nodes', async () => {
    const [there, here] = await Promise.all([openConnected(redis.url), openConnected(redis.url)]);
    return { there: there.bus, here: here.bus, faults: here.logged };
  });

  let nodes: Node[] = [];
  let proxies: TcpProxy[] = [];
  afterEach(async () => {
    await Promise.all(nodes.map(({ bus }) => bus.close()));
    await Promise.all(proxies.map((proxy) => proxy.close()));
    nodes = [];
    proxies = [];
  });

  async function connected(url = redis.url): Promise<Node> {
    const node = await openConnected(url);
    nodes.push(node);
    return node;
  }

  async function proxied(): Promise<{ proxy: TcpProxy; url: string }> {
    const proxy = await TcpProxy.to(redis.port);
    proxies.push(proxy);
    return { proxy, url: `redis://127.0.0.1:${proxy.port}` };
  }

  describe('between two nodes', () => {
    let ada: Node;
    let grace: Node;
    beforeEach(async () => {
      [ada, grace] = await Promise.all([connected(), connected()]);
    });

    test('a message keeps its dates, and texts that look like dates stay texts', async () => {
      const heard = await listen(grace, 'tea');
      const message = {
        createdAt: new Date('2026-11-21T07:00:00.123Z'),
        text: '2026-11-21T07:00:00Z 👋🏽',
        none: null,
      };

      ada.bus.publish('tea', message);
      await until(() => heard.length > 0);

      expect(heard).toEqual([message]);
    });

    test('the last listener of a topic ends its subscription on Redis', async () => {
      const channels = async () => ((await command(redis.port, 'PUBSUB', 'CHANNELS')) as string[]).sort();
      const before = await channels();
      const unsubscribe = await grace.bus.subscribe('tea', () => {});
      expect(await channels()).toEqual([...before, 'parley:tea'].sort());

      unsubscribe();

      await until(async () => (await channels()).length === before.length);
      expect(await channels()).toEqual(before);
    });

    test('a message that cannot be decoded is skipped and logged', async () => {
      const heard = await listen(grace, 'tea');

      await command(redis.port, 'PUBLISH', 'parley:tea', 'not sixteen bytes and JSON');
      await command(redis.port, 'PUBLISH', 'parley:tea', '');
      ada.bus.publish('tea', 'Assam');
      await until(() => heard.length > 0);

      expect(heard).toEqual(['Assam']);
      expect(grace.logged).toHaveLength(2);
    });

    test('a lost subscription is renewed, and watchers learn that messages may be missing', async () => {
      const topics = ['tea', 'coffee', 'water'];
      const heard = await Promise.all(topics.map((topic) => listen(grace, topic)));
      const cut = grace.untilTold(false);
      const back = grace.untilTold(true);

      await command(redis.port, 'CLIENT', 'KILL', 'TYPE', 'pubsub');
      await cut;
      await back;

      expect(grace.logged).toHaveLength(1);
      expect(grace.logged).not.toContain(null); // Redis closes a connection without an error
      for (const topic of topics) ada.bus.publish(topic, `more ${topic}`);
      await until(() => heard.every((messages) => messages.length > 0));
      expect(heard).toEqual(topics.map((topic) => [`more ${topic}`]));
      expect(grace.told).toEqual([false, true, false, true]);
    });

    test('after a lost publication, the other nodes compare with the log', async () => {
      const heard = await listen(grace, 'tea');
      const told = grace.untilTold(true);
      await command(redis.port, 'CLIENT', 'KILL', 'TYPE', 'normal');
      await new Promise(setImmediate);

      for (let cups = 0; grace.told.length < 3; cups += 1) {
        ada.bus.publish('tea', cups);
        await new Promise(setImmediate);
      }

      await told;
      expect(grace.told).toEqual([false, true, true]);
      expect(heard).not.toContain(0);
    });
  });

  test('a publication whose answer is lost is not sent again', async () => {
    const { proxy, url } = await proxied();
    const [ada, grace] = await Promise.all([connected(url), connected()]);
    const heard = await listen(grace, 'tea');
    const told = grace.untilTold(true);
    proxy.loseReplyTo('parley:tea');

    ada.bus.publish('tea', 'Assam');
    await told; // because it is unknown whether it arrived
    ada.bus.publish('tea', 'Darjeeling');
    await until(() => heard.includes('Darjeeling'));

    expect(heard).toEqual(['Assam', 'Darjeeling']);
  });

  test('a publication that arrives twice and late becomes one event of a feed', async () => {
    const [ada, grace] = await Promise.all([connected(), connected()]);
    const feed = new Feed<Numbered>({
      topic: 'tea',
      head: { epoch: 'first', eventNumber: 0, at: 0 },
      read: async () => [],
      onError: () => {},
    });
    const passed: number[] = [];
    feed.listen({ advanced: () => passed.push(feed.eventNumber), rewound: () => passed.push(Number.NaN) });
    let publications = 0;
    await grace.bus.subscribe('tea', (events: Numbered[]) => {
      publications += 1;
      feed.accept(events);
    });

    for (const eventNumber of [1, 1, 2, 1, 2, 3])
      ada.bus.publish('tea', [{ eventNumber, occurredAt: new Date(eventNumber) }]);
    await until(() => publications === 6);

    expect(passed).toEqual([1, 2, 3]);
    feed.close();
  });

  test('a node continues alone while Redis is killed, and reconnects', async () => {
    const [ada, grace] = await Promise.all([connected(), connected()]);
    const atHome = await listen(ada, 'tea');
    const abroad = await listen(grace, 'tea');
    const away = [ada, grace].map((node) => node.untilTold(false));

    redis.kill();
    await Promise.all(away);
    const late = await listen(grace, 'coffee');
    ada.bus.publish('tea', 'while away');
    await until(() => atHome.length > 0);
    const back = [ada, grace].map((node) => node.untilTold(true));
    await redis.restart();
    await Promise.all(back);

    ada.bus.publish('tea', 'when back');
    ada.bus.publish('coffee', 'too');
    await until(() => abroad.length > 0 && late.length > 0);
    expect(atHome).toEqual(['while away', 'when back']);
    expect(abroad).toEqual(['when back']);
    expect(late).toEqual(['too']);
    expect(ada.told.slice(0, 4)).toEqual([false, true, false, true]);
    expect(ada.logged).toHaveLength(1);
  });

  test('a node that cannot reach Redis at start logs one warning', async () => {
    await redis.stop();
    const ada = openNode(redis.url);
    nodes.push(ada);
    await until(() => ada.logged.length > 0);

    await redis.restart();
    await ada.untilTold(true);

    expect(ada.logged).toMatchObject([{ code: 'ECONNREFUSED' }]);
  });

  test('the bus opens, subscribes and closes before Redis can be reached', async () => {
    await redis.stop();
    const early = openNode(redis.url);
    await listen(early, 'tea');
    await early.bus.close();
    const ada = openNode(redis.url);
    nodes.push(ada);
    const heard = await listen(ada, 'tea');
    expect(ada.told).toEqual([false]);

    await redis.restart();
    await ada.untilTold(true);

    const grace = await connected();
    grace.bus.publish('tea', 'Assam');
    await until(() => heard.length > 0);
    expect(heard).toEqual(['Assam']);
  });

  describe('a connection that was lost silently', () => {
    let ada: Node;
    let grace: Node;
    let proxy: TcpProxy;
    let heard: unknown[];
    beforeEach(async () => {
      const way = await proxied();
      proxy = way.proxy;
      [ada, grace] = await Promise.all([connected(), connected(way.url)]);
      heard = await listen(grace, 'tea');
    });
    afterEach(async () => {
      const back = grace.untilTold(true);
      proxy.release();
      await back;
      ada.bus.publish('tea', 'Assam');
      await until(() => heard.length > 0);
      expect(heard).toEqual(['Assam']);
    });

    test('is detected by probes that do not return', async () => {
      const away = grace.untilTold(false);

      proxy.hold();
      await away;

      expect(grace.told.at(-1)).toBe(false);
    });

    test('does not delay a new subscription', async () => {
      proxy.hold();

      await listen(grace, 'coffee');

      expect(grace.told.at(-1)).toBe(true); // the subscription did not wait until the bus noticed the lost connection
    });
  });

  test('a closed bus leaves no connection behind', async () => {
    const clients = async () =>
      String(await command(redis.port, 'CLIENT', 'LIST'))
        .trim()
        .split('\n').length;
    const before = await clients();
    const { bus } = await openConnected(redis.url);
    expect(await clients()).toBe(before + 2);

    await bus.close();

    await until(async () => (await clients()) === before);
  });
});
