import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { parseWithDates } from '../../src/base/json-dates.ts';
import type { Bus } from '../../src/bus/bus.ts';
import { RedisBus } from '../../src/bus/redis-bus.ts';
import { until } from './until.ts';

export interface Node {
  bus: Bus;
  /** The changes of its connection that the bus has reported. */
  told: boolean[];
  /** Resolves when the bus next reports that it is connected, or not. */
  untilTold(isConnected: boolean): Promise<void>;
  /** The errors in what was logged as a warning or an error; undefined for an entry without an error. */
  logged: unknown[];
}

/** A quarter of the usual time between two proofs of a connection. */
const beatMs = 500;

/** Opens the bus of a node. It is not connected yet. */
export function openNode(url: string): Node {
  const logged: unknown[] = [];
  const log = ({ err }: { err: unknown }) => void logged.push(err);
  const logger = { debug: () => {}, info: () => {}, warn: log, error: log } as unknown as Logger;
  const bus = new RedisBus({ url, encode: JSON.stringify, decode: parseWithDates, log: logger, beatMs });
  const told: boolean[] = [];
  bus.watch((isConnected) => told.push(isConnected));
  const untilTold = (isConnected: boolean) => {
    const before = told.length;
    return until(() => told.slice(before).includes(isConnected));
  };
  return { bus, told, untilTold, logged };
}

export async function openConnected(url: string): Promise<Node> {
  const node = openNode(url);
  await node.untilTold(true);
  return node;
}

/** Returns a list that receives the messages of a topic from now on. */
export async function listen({ bus }: Node, topic: string): Promise<unknown[]> {
  const heard: unknown[] = [];
  await bus.subscribe(topic, (message) => heard.push(message));
  return heard;
}

/** Sends a command to a Redis server over a new connection. */
export async function command(port: number, name: string, ...words: string[]): Promise<unknown> {
  const client = new Redis(port, '127.0.0.1', { retryStrategy: () => null, lazyConnect: true });
  client.on('error', () => {});
  await client.connect();
  return client.call(name, ...words).finally(() => client.disconnect());
}
