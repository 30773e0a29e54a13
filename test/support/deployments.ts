import { startRedis } from './redis.ts';
import { startServer, type TestServer } from './server.ts';
import { startTwoNodes } from './two-nodes.ts';

export interface Deployment {
  /** Where people may connect: the same server twice, or two that form one service. */
  here: TestServer;
  there: TestServer;
  close(): Promise<void>;
}

const redis = await startRedis();

async function oneNode(): Promise<Deployment> {
  const server = await startServer();
  return { here: server, there: server, close: () => server.close() };
}

async function twoNodes(): Promise<Deployment> {
  const nodes = await startTwoNodes(redis!.url);
  return { here: nodes.one, there: nodes.two, close: () => nodes.close() };
}

/** Ways to run Parley, for `describe.each`; where there is no Redis, startRedis has said so. */
export const deployments: [name: string, start: () => Promise<Deployment>][] = [
  ['one node', oneNode],
  ...(redis ? [['two nodes on Redis', twoNodes] as [string, typeof twoNodes]] : []),
];

/** Ends what all deployments of a test file share. */
export async function endDeployments(): Promise<void> {
  await redis?.stop();
}
