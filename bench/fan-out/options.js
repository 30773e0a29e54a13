import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { contestants } from './contestants.js';

const root = resolve(import.meta.dirname, '../..');
const scenarios = ['room', 'rooms', 'idle', 'slow', 'cut'];

const usage = `Usage: npm run bench:fan-out -- [options]

  --quick                under 90 s: fewer readers, one round; says whether it works, not how fast it is
  --only a,b             these contestants only: ${Object.keys(contestants).join(', ')}
  --skip a,b             all but these
  --scenarios a,b        these only: ${scenarios.join(', ')}
  --subscribers 1000,5000  sizes of the one room
  --rounds 3             of the scenarios that are repeated
  --burst 300            messages sent at once; without it 300, fewer above 1,000 subscribers
  --parley file          Parley's compiled server (dist/src/main.js)
  --out folder           where the table and the chart go; bench/results after a complete run, nowhere otherwise`;

/** What the command line asks for; ends the process for --help and for what it does not understand. */
export function readOptions(args = process.argv.slice(2)) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        quick: { type: 'boolean', default: false },
        only: { type: 'string' },
        skip: { type: 'string' },
        scenarios: { type: 'string' },
        subscribers: { type: 'string' },
        rounds: { type: 'string' },
        burst: { type: 'string' },
        parley: { type: 'string' },
        out: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) end(usage, 0);
    const names = Object.keys(contestants);
    const only = chosen(values.only, names) ?? names;
    const skip = chosen(values.skip, names) ?? [];
    const isComplete = !['quick', 'only', 'skip', 'scenarios', 'subscribers', 'rounds', 'burst'].some(
      (name) => name in values && values[/** @type {'quick'} */ (name)],
    );
    return {
      quick: values.quick,
      contestants: names.filter((name) => only.includes(name) && !skip.includes(name)),
      scenarios: chosen(values.scenarios, scenarios) ?? scenarios,
      subscribers: numbers(values.subscribers) ?? (values.quick ? [1000] : [1000, 5000]),
      rounds: numbers(values.rounds)?.[0] ?? (values.quick ? 1 : 3),
      burst: numbers(values.burst)?.[0] ?? null,
      parley: resolve(values.parley ?? resolve(root, 'dist/src/main.js')),
      out: values.out ? resolve(values.out) : isComplete ? resolve(root, 'bench/results') : null,
    };
  } catch (error) {
    return end(`${error instanceof Error ? error.message : error}\n\n${usage}`, 2);
  }
}

/** @param {string | undefined} list @param {string[]} known */
function chosen(list, known) {
  const names = list?.split(',').map((name) => name.trim());
  const unknown = names?.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`Unknown: ${unknown}; known are ${known.join(', ')}.`);
  return names;
}

/** @param {string | undefined} list */
function numbers(list) {
  const values = list?.split(',').map(Number);
  if (values?.some((value) => !Number.isInteger(value) || value < 1))
    throw new Error(`Not a whole number above 0: ${list}`);
  return values;
}

/** @param {string} text @param {number} code @returns {never} */
function end(text, code) {
  (code === 0 ? console.log : console.error)(text);
  process.exit(code);
}
