import { startRedis, type TestRedis } from './redis.ts';
import { findRedis } from './redis-program.ts';
import { type ServerOptions, startServer, type TestServer } from './server.ts';
import { startTwoNodes } from './two-nodes.ts';

export interface Deployment {
  /** The servers that users connect to: the same one twice, or two nodes. */
  here: TestServer;
  there: TestServer;
  close(): Promise<void>;
}

const isInstalled = (await findRedis()) !== null || (await startRedis()) !== null; // startRedis says why not

/** The Redis of the test file that runs. */
let redis: Promise<TestRedis | null> | null = null;

async function oneNode(options?: ServerOptions): Promise<Deployment> {
  const server = await startServer(options);
  return { here: server, there: server, close: () => server.close() };
}

async function twoNodes(options?: ServerOptions): Promise<Deployment> {
  redis ??= startRedis();
  const nodes = await startTwoNodes((await redis)!.url, options);
  return { here: nodes.one, there: nodes.two, close: () => nodes.close() };
}

/** Ways to run Parley, for `describe.each`. Without Redis, there is only one. */
export const deployments: [name: string, start: typeof oneNode][] = [
  ['one node', oneNode],
  ...(isInstalled ? [['two nodes on Redis', twoNodes] as [string, typeof twoNodes]] : []),
];

/** Ends what all deployments of a test file share. */
export async function endDeployments(): Promise<void> {
  await (await redis)?.stop();
  redis = null;
}
