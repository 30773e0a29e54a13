import { type ServerOptions, startServer, type TestServer } from './server.ts';
import { until } from './until.ts';

export interface TwoNodes {
  one: TestServer;
  two: TestServer;
  close(): Promise<void>;
}

/** Two servers with one database, connected by Redis or a cluster of it. */
export async function startTwoNodes(redisUrl: string, options?: ServerOptions): Promise<TwoNodes> {
  const one = await startServer({ ...options, redisUrl });
  const two = await startServer({ ...options, redisUrl, databaseUrl: one.databaseUrl });
  await Promise.all([one, two].map((node) => untilRedisIs('ok', node)));
  return {
    one,
    two,
    close: async () => {
      await two.close();
      await one.close();
    },
  };
}

/** Resolves when `/readyz` of the node reports this state of Redis. */
export async function untilRedisIs(state: 'ok' | 'unavailable', { url }: TestServer): Promise<void> {
  await until(async () => {
    const response = await fetch(new URL('/readyz', url));
    const { detail } = (await response.json()) as { detail: { redis: string } };
    return response.ok && detail.redis.startsWith(state);
  });
}
