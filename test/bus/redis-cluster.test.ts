import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { slotOf } from '../../src/bus/cluster-key-slot.ts';
import { addressOf } from '../../src/bus/redis-cluster.ts';
import { command, listen, type Node, openConnected } from '../support/redis-bus.ts';
import { startCluster, type TestCluster, untilWhole } from '../support/redis-cluster.ts';
import { until } from '../support/until.ts';
import { describeBus } from './bus.contract.ts';

const started = await startCluster();
const cluster = started as TestCluster;
afterAll(() => started?.stop());

const describeWithRedis = started ? describe : describe.skip; // startRedis has said why

test.each([
  ['123456789', 0x31c3],
  ['{123456789}:more', 0x31c3],
  ['', 0],
])('the slot of %j is %i', (channel, slot) => {
  expect(slotOf(channel)).toBe(slot);
});

test.each([
  ['10.0.0.7:6380', '10.0.0.7'],
  ['2001:db8::1:6380', '2001:db8::1'],
  ['::1:6380', '::1'],
  ['shard-2.example:6380', 'shard-2.example'],
])('the node %s of a cluster is reached at %s, with the credentials of the others', (node, host) => {
  const { options } = new Redis(addressOf(node, 'redis://parley:secret@[2001:db8::9]:7000/'), { lazyConnect: true });

  expect(options).toMatchObject({ host, port: 6380, username: 'parley', password: 'secret' });
});

describeWithRedis('on a Redis Cluster', () => {
  describeBus('the bus of two nodes', async () => {
    const [there, here] = await Promise.all([openConnected(cluster.url), openConnected(cluster.url)]);
    return { there: there.bus, here: here.bus, faults: here.logged };
  });

  /** Enough of them for some to be of each shard. */
  const topics = Array.from({ length: 30 }, (_, number) => `room:${number}`);
  let ada: Node;
  let grace: Node;
  let heard: unknown[][];
  beforeEach(async () => {
    [ada, grace] = await Promise.all([openConnected(cluster.url), openConnected(cluster.url)]);
    heard = await Promise.all(topics.map((topic) => listen(grace, topic)));
  });
  afterEach(() => Promise.all([ada.bus.close(), grace.bus.close()]));

  async function expectAllHeard(text: string): Promise<void> {
    for (const messages of heard) messages.length = 0;
    for (const topic of topics) ada.bus.publish(topic, `${text} in ${topic}`);
    await until(() => heard.every((messages) => messages.length > 0));
    expect(heard).toEqual(topics.map((topic) => [`${text} in ${topic}`]));
  }

  test('each node of the cluster carries its share of the topics', async () => {
    const channels = await Promise.all(
      cluster.nodes.map(async ({ port }) => (await command(port, 'PUBSUB', 'SHARDCHANNELS', '*room*')) as string[]),
    );

    expect(channels.flat().sort()).toEqual(topics.map((topic) => `parley:${topic}`).sort());
    expect(channels.every(({ length }) => length > 0)).toBe(true);
    await expectAllHeard('News');
  });

  test('when the slot of a topic moves, the bus follows it to the new node', async () => {
    const channel = `parley:${topics[0]}`;
    const carries = async ({ port }: { port: number }) =>
      ((await command(port, 'PUBSUB', 'SHARDCHANNELS', channel)) as string[]).length > 0;
    const carriers = await Promise.all(cluster.nodes.map(carries));
    const target = cluster.nodes[carriers.indexOf(false)]!;
    const resynchronised = grace.untilTold(true);

    await cluster.move(slotOf(channel), target);
    await until(() => carries(target));
    await resynchronised;

    await expectAllHeard('Moved');
  });

  test('a lost subscription to one node is renewed', async () => {
    const back = grace.untilTold(true);

    await command(cluster.nodes[1]!.port, 'CLIENT', 'KILL', 'TYPE', 'pubsub');
    await back;

    await expectAllHeard('Again');
  });

  test('a cluster of which one node was killed counts as lost until the node restarts', async () => {
    const away = grace.untilTold(false);
    cluster.nodes[2]!.kill();
    await away;
    const back = [ada, grace].map((node) => node.untilTold(true));

    await cluster.nodes[2]!.restart();
    await untilWhole(cluster.nodes);
    await Promise.all(back);

    await expectAllHeard('Healed');
  });

  test('a cluster of which all nodes were killed counts as lost until they restart', async () => {
    const away = grace.untilTold(false);
    for (const node of cluster.nodes) node.kill();
    await away;
    const back = [ada, grace].map((node) => node.untilTold(true));

    await Promise.all(cluster.nodes.map((node) => node.restart()));
    await untilWhole(cluster.nodes);
    await Promise.all(back);

    await expectAllHeard('Healed');
  });
});
