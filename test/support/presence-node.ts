import { pino } from 'pino';
import { RedisPresenceStore } from '../../src/presence/redis-store.ts';
import { openConnected } from './redis-bus.ts';
import { until } from './until.ts';

export interface PresenceNode {
  store: RedisPresenceStore;
  /** Users in the place, as this node knows them. */
  who(place: string): Promise<string[]>;
  /** Resolves once it knows these users in the place, and no others. */
  untilIn(place: string, ...userIds: string[]): Promise<void>;
  close(): Promise<void>;
}

/** A quarter of the usual time between two beats. */
const beatMs = 500;

/** The presence of a node on Redis, connected; its bus may take another way. */
export async function openPresenceNode(url: string, busUrl = url): Promise<PresenceNode> {
  const { bus } = await openConnected(busUrl);
  const store = new RedisPresenceStore({ url, bus, log: pino({ level: 'silent' }), beatMs });
  const who = async (place: string) => (await store.present(place, 100)).userIds.sort();
  await until(() => store.isConnected);
  return {
    store,
    who,
    untilIn: (place, ...userIds) => until(async () => (await who(place)).join() === userIds.sort().join()),
    close: async () => {
      await store.close();
      await bus.close();
    },
  };
}
