import { join } from 'node:path';
import { readOptions } from '../options.js';
import { contestants } from './contestants.js';
import { fillRooms } from './fill.js';

/** Number of messages in each room. */
const full = { pages: [10_000, 1_000_000], unread: Array(100).fill(100_000), forMs: 4000 };
const quick = { pages: [10_000, 100_000], unread: Array(100).fill(2000), forMs: 1000 };

/** Reads the command line. */
export function readHistoryOptions() {
  return readOptions({ name: 'history', contestants: Object.keys(contestants), scenarios: ['pages', 'unread'] });
}

/** Returns what is measured, at which size and how often. @param {ReturnType<typeof readHistoryOptions>} options @returns {import('../benchmark.js').Entry[]} */
export function planOf({ quick: isQuick, scenarios, rounds }) {
  const { forMs, ...messages } = isQuick ? quick : full;
  return /** @type {const} */ (['pages', 'unread'])
    .filter((scenario) => scenarios.includes(scenario))
    .map((scenario) => ({
      key: scenario,
      scenario,
      size: { messages: messages[scenario], forMs },
      rounds,
      timeoutMs: 120_000,
    }));
}

/** Fills a database for each scenario of the plan. @param {import('../benchmark.js').Entry[]} plan @param {string} parley @param {string} temporary */
export async function fillFor(plan, parley, temporary) {
  /** @type {Record<string, import('./cell.js').Filled>} */
  const filled = {};
  for (const { scenario, size } of plan) {
    const start = performance.now();
    const dataDir = join(temporary, `filled-${scenario}`);
    filled[scenario] = { dataDir, rooms: await fillRooms({ parley, dataDir, sizes: size.messages }) };
    const total = size.messages.reduce((/** @type {number} */ sum, /** @type {number} */ count) => sum + count, 0);
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    console.error(`${total.toLocaleString('en')} messages inserted for ${scenario} in ${seconds} s`);
  }
  return { filled };
}
