import { readOptions } from '../options.js';
import { contestants } from './contestants.js';

const full = { people: 256, warmUpMs: 2000, forMs: 6000 };
const quick = { people: 64, warmUpMs: 300, forMs: 1000 };
const scenarios = { rooms: { rooms: 50 }, hot: { rooms: 1 }, single: { rooms: 1, people: 1 } };

/** Open files besides two sockets for each person. */
const spareFiles = 200;

/** Reads the command line. */
export function readSendOptions() {
  return readOptions({ name: 'send', contestants: Object.keys(contestants), scenarios: Object.keys(scenarios) });
}

/** Returns what is measured, at which size and how often. @param {ReturnType<typeof readSendOptions>} options @returns {import('../benchmark.js').Entry[]} */
export function planOf({ quick: isQuick, scenarios: chosen, rounds }) {
  const common = isQuick ? quick : full;
  return Object.entries(scenarios)
    .filter(([scenario]) => chosen.includes(scenario))
    .map(([scenario, size]) => ({
      key: scenario,
      scenario,
      size: { ...common, ...size },
      rounds,
      timeoutMs: 90_000,
      files: 2 * common.people + spareFiles,
    }));
}
