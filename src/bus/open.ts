import { parseWithDates } from '../base/json-dates.ts';
import type { Opening } from '../base/opening.ts';
import { type Bus, LocalBus } from './bus.ts';
import { RedisBus } from './redis-bus.ts';

export interface OpenedBus {
  bus: Bus;
  /** Returns what `/readyz` reports about the bus. A node that has lost Redis is still ready: it reads from the database. */
  health: () => Record<string, string>;
}

/** Opens the bus: over Redis if there are several nodes, otherwise within this process. */
export function openBus({ config, log, beatMs, metrics, onClose }: Opening): OpenedBus {
  const { redisUrl } = config;
  const bus = redisUrl
    ? new RedisBus({ url: redisUrl, encode: JSON.stringify, decode: parseWithDates, log, beatMs })
    : new LocalBus((error) => log.error({ err: error }, 'a listener of the bus failed'));
  onClose(() => bus.close());
  let isConnected = true;
  bus.watch((now) => {
    isConnected = now;
  });
  metrics.gauge('parley_bus_connected', 'Whether the bus is connected (1) or not (0)', () => Number(isConnected));
  const health = (): Record<string, string> =>
    redisUrl ? { redis: isConnected ? 'ok' : 'unavailable, continuing with the database' } : {};
  return { bus, health };
}
