import { pino } from 'pino';
import { RedisPresenceStore } from '../../src/presence/redis-store.ts';
import { openConnected } from './redis-bus.ts';
import { until } from './until.ts';

export interface PresenceNode {
  store: RedisPresenceStore;
  /** Users in the topic, as this node knows them. */
  who(topic: string): Promise<string[]>;
  /** Resolves once it knows these users in the topic, and no others. */
  untilIn(topic: string, ...userIds: string[]): Promise<void>;
  close(): Promise<void>;
}

/** A quarter of the usual time between two beats. */
const beatMs = 500;

/**
 * Opens the presence of a node on Redis, and resolves once it is connected. `busUrl` may be another address for the
 * bus.
 */
export async function openPresenceNode(url: string, busUrl = url): Promise<PresenceNode> {
  const { bus } = await openConnected(busUrl);
  const store = new RedisPresenceStore({ url, bus, log: pino({ level: 'silent' }), beatMs });
  const who = async (topic: string) => (await store.present(topic, 100)).userIds.sort();
  await until(() => store.isConnected);
  return {
    store,
    who,
    untilIn: (topic, ...userIds) => until(async () => (await who(topic)).join() === userIds.sort().join()),
    close: async () => {
      await store.close();
      await bus.close();
    },
  };
}
