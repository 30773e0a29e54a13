import { readOptions } from '../options.js';
import { median } from '../statistics.js';
import { contestants } from './contestants.js';

const full = { people: 256, warmUpMs: 2000, forMs: 6000 };
const quick = { people: 64, warmUpMs: 300, forMs: 1000 };
const scenarios = { rooms: { rooms: 50 }, rate: { rooms: 50 }, hot: { rooms: 1 }, single: { rooms: 1, people: 1 } };

/** Open files besides two sockets for each person. */
const spareFiles = 200;

/** Reads the command line. */
export function readSendOptions() {
  return readOptions({
    name: 'send',
    contestants: Object.keys(contestants),
    scenarios: Object.keys(scenarios),
    numbers: { rate: 'messages per second of the scenario `rate`; default: half of what `ws-pg` reached in `rooms`' },
  });
}

/** Returns what is measured, at which size and how often. @param {ReturnType<typeof readSendOptions>} options @returns {import('../benchmark.js').Entry[]} */
export function planOf({ quick: isQuick, scenarios: chosen, rounds, numbers }) {
  const common = isQuick ? quick : full;
  return Object.entries(scenarios)
    .filter(([scenario]) => chosen.includes(scenario))
    .map(([scenario, size]) => ({
      key: scenario,
      scenario,
      size: { ...common, ...size },
      sizeAfter: scenario === 'rate' ? (results) => ({ perSecond: numbers.rate?.[0] ?? halfOfWs(results) }) : undefined,
      rounds,
      timeoutMs: 90_000,
      files: 2 * common.people + spareFiles,
    }));
}

/** Returns half of the rate of `ws` with a statement each; null if it was not measured. @param {import('../rows.js').Results} results */
function halfOfWs(results) {
  const rates = (results.rooms?.['ws-pg'] ?? []).flatMap(({ values }) => (values ? [values.perSecond] : []));
  return rates.length > 0 ? Math.round(median(rates) / 2) : null;
}
