import { readOptions } from '../options.js';
import { contestants } from './contestants.js';

const fullSizes = {
  churn: { people: 10_000, rooms: 100, perSecond: 500, forMs: 20_000, calmMs: 2000 },
  notify: { people: 10_000, rooms: 1, followers: 1000, forMs: 4000 },
};

const quickSizes = {
  churn: { people: 1000, rooms: 10, perSecond: 50, forMs: 5000, calmMs: 600 },
  notify: { people: 1000, rooms: 1, followers: 200, forMs: 500 },
};

/** Open files besides a socket for each person. */
const spareFiles = 200;

/** Reads the command line. */
export function readPresenceOptions() {
  const scenarios = Object.keys(fullSizes);
  return readOptions({ name: 'presence', contestants: Object.keys(contestants), scenarios });
}

/** Returns what is measured, at which size and how often. @param {ReturnType<typeof readPresenceOptions>} options @returns {import('../benchmark.js').Entry[]} */
export function planOf({ quick, scenarios, rounds }) {
  return Object.entries(quick ? quickSizes : fullSizes)
    .filter(([scenario]) => scenarios.includes(scenario))
    .map(([scenario, size]) => ({
      key: scenario,
      scenario,
      size,
      rounds,
      timeoutMs: 180_000,
      files: size.people + spareFiles,
    }));
}
