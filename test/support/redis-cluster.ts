import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onFreePort, startRedis, type TestRedis } from './redis.ts';
import { command } from './redis-bus.ts';
import { until } from './until.ts';

export interface TestCluster {
  /** The addresses of all nodes, separated by commas. */
  url: string;
  nodes: TestRedis[];
  /** Gives a slot without keys to another node. */
  move(slot: number, to: TestRedis): Promise<void>;
  stop(): Promise<void>;
}

const slots = 16_384;
const size = 3;

/** Starts a Redis Cluster of three masters. Returns null if there is no Redis program. */
export async function startCluster(): Promise<TestCluster | null> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-cluster-'));
  const start = (number: number) => {
    const files = ['--cluster-enabled', 'yes', '--cluster-config-file', join(folder, `${number}.conf`)];
    return onFreePort((port) => startRedis([...files, '--cluster-port', String(port)]));
  };
  const started = await Promise.all(Array.from({ length: size }, (_, number) => start(number)));
  const nodes = started.flatMap((node) => node ?? []);
  const removeFolder = () => rm(folder, { recursive: true });
  if (nodes.length === 0) return removeFolder().then(() => null);
  await connect(nodes);
  return {
    url: nodes.map(({ url }) => url).join(','),
    nodes,
    move: async (slot, to) => {
      const id = String(await command(to.port, 'CLUSTER', 'MYID'));
      for (const { port } of [to, ...nodes]) await command(port, 'CLUSTER', 'SETSLOT', String(slot), 'NODE', id);
    },
    stop: async () => {
      await Promise.all(nodes.map((node) => node.stop()));
      await removeFolder();
    },
  };
}

async function connect(nodes: TestRedis[]): Promise<void> {
  const [first] = nodes;
  for (const [number, { port }] of nodes.entries()) {
    const share = [number, number + 1].map((part) => Math.floor((slots * part) / nodes.length));
    await command(port, 'CLUSTER', 'ADDSLOTSRANGE', String(share[0]), String(share[1]! - 1));
    const busPort = String(((await command(port, 'CONFIG', 'GET', 'cluster-port')) as string[])[1]);
    if (port !== first!.port) await command(first!.port, 'CLUSTER', 'MEET', '127.0.0.1', String(port), busPort);
  }
  await untilWhole(nodes);
}

/** Resolves when every node sees all slots served. */
export async function untilWhole(nodes: TestRedis[]): Promise<void> {
  const isWhole = async ({ port }: TestRedis) =>
    String(await command(port, 'CLUSTER', 'INFO').catch(() => '')).includes('cluster_state:ok');
  await until(async () => (await Promise.all(nodes.map(isWhole))).every((is) => is));
}
