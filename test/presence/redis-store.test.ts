import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { openPresenceNode, type PresenceNode } from '../support/presence-node.ts';
import { TcpProxy } from '../support/proxy.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { command } from '../support/redis-bus.ts';
import { startCluster } from '../support/redis-cluster.ts';
import { until } from '../support/until.ts';
import { describePresenceStore } from './store.contract.ts';

const started = await startRedis();
const redis = started as TestRedis;
const cluster = started && (await startCluster());
afterAll(async () => {
  await started?.stop();
  await cluster?.stop();
});

const describeWithRedis = started ? describe : describe.skip; // startRedis has said why

describeWithRedis('on Redis', () => {
  describePresenceStore('the presence of one node', async () => {
    const node = await openPresenceNode(redis.url);
    return { there: node.store, here: node.store, close: () => node.close() };
  });

  describePresenceStore('the presence of two nodes', () => openTwo(redis.url));

  describePresenceStore('the presence of two nodes on a cluster', () => openTwo(cluster!.url));

  async function openTwo(url: string) {
    const [there, here] = await Promise.all([openPresenceNode(url), openPresenceNode(url)]);
    const close = async () => void (await Promise.all([there.close(), here.close()]));
    return { there: there.store, here: here.store, close };
  }

  let nodes: PresenceNode[] = [];
  afterEach(async () => {
    await Promise.all(nodes.map((node) => node.close()));
    nodes = [];
    await command(redis.port, 'FLUSHALL');
  });

  async function open(url = redis.url, busUrl = url): Promise<PresenceNode> {
    const node = await openPresenceNode(url, busUrl);
    nodes.push(node);
    return node;
  }

  const keys = async () => ((await command(redis.port, 'KEYS', 'parley:presence:*')) as string[]).sort();

  test('a user of two nodes is one user, who is present as long as either node has an entry', async () => {
    const [one, two] = await Promise.all([open(), open()]);
    one.store.enter('garden', 'ada');
    two.store.enter('garden', 'ada');
    two.store.enter('garden', 'grace');
    await one.untilIn('garden', 'ada', 'grace');
    expect((await one.store.present('garden', 100)).count).toBe(2);

    one.store.leave('garden', 'ada');
    two.store.leave('garden', 'grace');
    await one.untilIn('garden', 'ada');
    two.store.leave('garden', 'ada');

    await one.untilIn('garden');
  });

  test('a node that starts later knows the users who are present', async () => {
    const one = await open();
    one.store.enter('garden', 'ada');
    await one.untilIn('garden', 'ada');

    const two = await open();

    expect(await two.who('garden')).toEqual(['ada']);
  });

  test('the users of a node that is killed are absent on every node, and its entries are removed', async () => {
    const one = await open();
    one.store.enter('garden', 'grace');
    const program = ['--import', 'tsx', 'test/presence/redis-store.child.ts'];
    const child = spawn(process.execPath, [...program, redis.url, 'garden', 'ada'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    await one.untilIn('garden', 'ada', 'grace');
    const before = await keys();

    child.kill('SIGKILL');
    await one.untilIn('garden', 'grace');

    expect(await one.who('garden')).toEqual(['grace']);
    await until(async () => (await keys()).filter((key) => !key.includes('sweeping')).length === before.length - 2);
  }, 40_000);

  test('each watcher is called once when a node is lost', async () => {
    const [one, two, lost] = await Promise.all([open(), open(), open()]);
    lost.store.enter('garden', 'ada');
    for (const node of [one, two]) await node.untilIn('garden', 'ada');
    const calls = [0, 0];
    for (const [index, { store }] of [one, two].entries()) {
      await store.watch('garden', () => {
        calls[index]! += 1;
      });
    }

    await lost.close(); // which takes nothing back
    calls.fill(0); // without the calls for nodes that came
    expect(await one.who('garden')).toEqual(['ada']);
    await Promise.all([one, two].map((node) => node.untilIn('garden')));

    expect(calls).toEqual([1, 1]);
  });

  test('a node writes all entries again after Redis was emptied', async () => {
    const [one, two] = await Promise.all([open(), open()]);
    const crowd = Array.from({ length: 2500 }, (_, number) => `user ${number}`);
    for (const userId of crowd) one.store.enter('garden', userId);
    two.store.enter('garden', 'ada');
    const isRight = async ({ store } = two) => (await store.present('garden', 1)).count === crowd.length + 1;
    await until(isRight);

    await command(redis.port, 'FLUSHALL');
    one.store.leave('garden', crowd.pop()!);
    one.store.enter('garden', 'alan');
    crowd.push('alan');
    expect((await two.store.present('garden', 1)).count).toBeLessThan(10);
    await until(isRight);

    expect(await two.store.arePresent('garden', ['ada', 'alan'])).toEqual([true, true]);
    // Each node reads the other's new name at its own next beat.
    await until(() => isRight(one));
  });

  test('a restart of Redis without its data makes no user absent', async () => {
    const lossy = (await startRedis())!;
    const node = await open(lossy.url);
    node.store.enter('garden', 'ada');
    await node.untilIn('garden', 'ada');
    const answers: Promise<string[]>[] = [];
    const asking = setInterval(() => answers.push(node.who('garden')), 1);

    const written = async () => ((await command(lossy.port, 'KEYS', 'parley:presence:*')) as string[]).sort();
    const before = await written();

    lossy.kill();
    await lossy.restart();
    await until(async () => (await written()).length === before.length && node.store.isConnected);

    clearInterval(asking);
    expect(await written()).not.toEqual(before); // else it has lost nothing
    const wrong = (await Promise.all(answers)).filter((users) => users.join() !== 'ada');
    expect(wrong).toEqual([]);
    await lossy.stop();
  });

  test('while Redis is away, each node knows its own users; afterwards all changes are there', async () => {
    const proxy = await TcpProxy.to(redis.port);
    const one = await open(`redis://127.0.0.1:${proxy.port}`, redis.url);
    const two = await open();
    one.store.enter('garden', 'ada');
    two.store.enter('garden', 'grace');
    for (const node of [one, two]) await node.untilIn('garden', 'ada', 'grace');

    proxy.hold();
    one.store.enter('garden', 'alan');
    one.store.leave('garden', 'ada');
    await one.untilIn('garden', 'alan');
    proxy.release();

    await Promise.all([one, two].map((node) => node.untilIn('garden', 'alan', 'grace')));
    await proxy.close();
  });

  test('a node whose lease has expired writes all entries again, and its earlier ones are removed', async () => {
    const [one, two] = await Promise.all([open(), open()]);
    one.store.enter('garden', 'ada');
    await two.untilIn('garden', 'ada');
    const before = await keys();
    const leases = (await command(redis.port, 'ZRANGE', 'parley:presence:leases', '0', '-1')) as string[];

    for (const name of leases) await command(redis.port, 'ZADD', 'parley:presence:leases', '1', name);
    await until(async () => !(await keys()).includes(before.find((key) => key.includes('garden'))!));

    await two.untilIn('garden', 'ada');
    await until(async () => (await keys()).filter((key) => !key.includes('sweeping')).length === before.length);
  });

  test('entries that Redis lost are noticed and written again', async () => {
    const [one, two] = await Promise.all([open(), open()]);
    one.store.enter('garden', 'ada');
    await two.untilIn('garden', 'ada');

    for (const key of await keys()) if (key.includes('garden')) await command(redis.port, 'DEL', key);
    await one.store.check();

    await two.untilIn('garden', 'ada');
  });

  test('a topic that all users have left costs nothing', async () => {
    const one = await open();
    const before = await keys();
    one.store.enter('garden', 'ada');
    await until(async () => (await keys()).length > before.length);

    one.store.leave('garden', 'ada');

    await until(async () => (await keys()).length === before.length);
  });
});
