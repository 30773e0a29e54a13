import { startRedis } from './redis.ts';
import { type ServerOptions, startServer, type TestServer } from './server.ts';
import { startTwoNodes } from './two-nodes.ts';

export interface Deployment {
  /** The servers that users connect to: the same one twice, or two nodes. */
  here: TestServer;
  there: TestServer;
  close(): Promise<void>;
}

const redis = await startRedis();

async function oneNode(options?: ServerOptions): Promise<Deployment> {
  const server = await startServer(options);
  return { here: server, there: server, close: () => server.close() };
}

async function twoNodes(options?: ServerOptions): Promise<Deployment> {
  const nodes = await startTwoNodes(redis!.url, options);
  return { here: nodes.one, there: nodes.two, close: () => nodes.close() };
}

/** Ways to run Parley, for `describe.each`. Without Redis, there is only one; `startRedis` has printed why. */
export const deployments: [name: string, start: typeof oneNode][] = [
  ['one node', oneNode],
  ...(redis ? [['two nodes on Redis', twoNodes] as [string, typeof twoNodes]] : []),
];

/** Ends what all deployments of a test file share. */
export async function endDeployments(): Promise<void> {
  await redis?.stop();
}
