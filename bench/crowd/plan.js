import { readOptions } from '../options.js';
import { contestants, scenarios } from './contestants.js';
import { fillCommunity } from './fill.js';

const full = {
  community: { people: 256, viewers: 5000, messages: 1000 },
  run: { httpClients: 32, warmUpViewers: 500, warmUpMs: 1500, sendMs: 1500, forMs: 4000 },
};
const quick = {
  community: { people: 64, viewers: 200, messages: 200 },
  run: { httpClients: 16, warmUpViewers: 50, warmUpMs: 300, sendMs: 300, forMs: 700 },
};

/** Open files besides the sockets of people. */
const spareFiles = 200;

/** Reads the command line. */
export function readCrowdOptions() {
  return readOptions({
    name: 'crowd',
    contestants: Object.keys(contestants),
    scenarios,
    numbers: { viewers: 'people who join a stream at once; default 5000' },
  });
}

/** @param {ReturnType<typeof readCrowdOptions>} options */
function communitySize({ quick: isQuick, numbers }) {
  const { community } = isQuick ? quick : full;
  return { ...community, viewers: numbers.viewers?.[0] ?? community.viewers };
}

/** Returns what is measured, at which size and how often. @param {ReturnType<typeof readCrowdOptions>} options @returns {import('../benchmark.js').Entry[]} */
export function planOf(options) {
  const { viewers, people } = communitySize(options);
  return scenarios
    .filter((scenario) => options.scenarios.includes(scenario))
    .map((scenario) => ({
      key: scenario,
      scenario,
      size: (options.quick ? quick : full).run,
      rounds: options.rounds,
      // A contestant that handles fifty joins a second needs its time.
      timeoutMs: scenario === 'join' ? 240_000 : 90_000,
      files: viewers + 2 * people + spareFiles,
    }));
}

/** Creates the database that every cell copies, by the earlier build if there is one: the later one migrates its copies. @param {ReturnType<typeof readCrowdOptions>} options @param {string} temporary */
export async function fillFor(options, temporary) {
  const folder = `${temporary}/community`;
  await fillCommunity({ parley: options.before ?? options.parley, folder, size: communitySize(options) });
  return { folder };
}
