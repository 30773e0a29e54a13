import { pino } from 'pino';
import { openServices } from '../../src/app.ts';
import { Closing } from '../../src/base/closing.ts';
import { openMetrics } from '../../src/base/metrics.ts';
import type { Opening } from '../../src/base/opening.ts';
import { LocalBus } from '../../src/bus/bus.ts';
import { readConfig } from '../../src/config.ts';
import { connectTo } from '../../src/storage/open.ts';
import type { Pool } from '../../src/storage/pool.ts';
import { jwtSecret } from './server.ts';

/** Opens the services of a server without a database, for tests that do not read it, or that answer for it (`pool`). */
export async function servicesWithoutDatabase(pool: Partial<Pool> = {}) {
  const log = pino({ level: 'silent' });
  const closing = new Closing(log);
  const onClose = (close: () => unknown) => closing.add(close);
  const config = { ...readConfig({}), jwtSecret };
  const opening: Opening = { config, log, heartbeatMs: 20_000, metrics: openMetrics(), onClose };
  const connected = connectTo('postgresql://127.0.0.1:1/none', opening);
  const storage = { ...connected, pool: { ...connected.pool, ...pool } };
  const services = await openServices(opening, { storage, bus: new LocalBus(() => {}) });
  return { services, close: () => closing.run() };
}
