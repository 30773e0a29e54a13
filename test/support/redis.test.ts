import { afterAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { startRedis, type TestRedis } from './redis.ts';

const started = await startRedis();
const withRedis = started ? test : test.skip; // startRedis has said why
const redis = started as TestRedis;

afterAll(() => started?.stop());

/** Runs one command on a new connection, which does not wait for a server that is away. */
async function ask<T>(port: number, command: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(port, '127.0.0.1', { retryStrategy: () => null, lazyConnect: true });
  client.on('error', () => {});
  await client.connect();
  return command(client).finally(() => client.disconnect());
}

withRedis('a restarted Redis answers at the same address and has forgotten everything', async () => {
  await ask(redis.port, (client) => client.set('colour', 'green'));
  const before = redis.pid;

  await redis.restart();

  expect(await ask(redis.port, (client) => client.get('colour'))).toBeNull();
  expect(redis.pid).not.toBe(before);
});

withRedis('a killed Redis is away until it is restarted', async () => {
  redis.kill();
  await redis.stop();
  await expect(ask(redis.port, (client) => client.ping())).rejects.toThrow();

  await redis.restart();

  expect(await ask(redis.port, (client) => client.ping())).toBe('PONG');
});
