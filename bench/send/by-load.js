import { Load } from './load.js';
import { hot, rate, rooms, single } from './scenarios.js';
import { requireStored } from './stored.js';

/** @type {Record<string, (load: Load, size: any) => Promise<object>>} */
const scenarios = { rooms, rate, hot, single };

/**
 * Measures a target; afterwards, every acknowledged message must be in the database.
 * @param {import('./contestants.js').Start} start
 * @returns {import('./contestants.js').Measure}
 */
export function byLoad(start) {
  return async ({ scenario, size, databaseParent, ...options }) => {
    const target = await start(options);
    try {
      const load = new Load(target, databaseParent);
      const values = await scenarios[scenario](load, size);
      await requireStored(options.databaseUrl, load.acknowledged);
      return values;
    } finally {
      await target.stop();
    }
  };
}
