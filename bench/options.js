import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

const flagNames = ['quick', 'require-all', 'help'];

const root = resolve(import.meta.dirname, '..');

/**
 * The options of a benchmark.
 * @typedef {object} Choices
 * @property {string} name name of its folder
 * @property {string[]} contestants
 * @property {string[]} scenarios
 * @property {Record<string, string>} [numbers] further options, all whole numbers, with their meanings by name
 */

/**
 * Reads the command line. Ends the process for --help and for unknown options.
 * @param {Choices} choices
 */
export function readOptions(choices, args = process.argv.slice(2)) {
  try {
    return read(choices, args);
  } catch (error) {
    return end(`${error instanceof Error ? error.message : error}\n\n${usage(choices)}`, 2);
  }
}

/** @param {Choices} choices @param {string[]} args */
function read(choices, args) {
  const further = Object.keys(choices.numbers ?? {});
  const narrowing = ['only', 'skip', 'scenarios', 'rounds', ...further];
  const strings = Object.fromEntries(
    [...narrowing, 'parley', 'before', 'out'].map((name) => [name, { type: 'string' }]),
  );
  const flags = Object.fromEntries(flagNames.map((name) => [name, { type: 'boolean', default: false }]));
  /** @type {any} */
  const { values } = parseArgs({ args, options: /** @type {any} */ ({ ...strings, ...flags }) });
  if (values.help) end(usage(choices), 0);
  const only = chosen(values.only, choices.contestants) ?? choices.contestants;
  const skip = chosen(values.skip, choices.contestants) ?? [];
  const isComplete = !values.quick && ![...narrowing, 'before'].some((name) => name in values);
  return {
    quick: /** @type {boolean} */ (values.quick),
    requireAll: /** @type {boolean} */ (values['require-all']),
    contestants: choices.contestants.filter((name) => only.includes(name) && !skip.includes(name)),
    scenarios: chosen(values.scenarios, choices.scenarios) ?? choices.scenarios,
    rounds: numbers(values.rounds)?.[0] ?? (values.quick ? 1 : 3),
    /** @type {Record<string, number[] | null>} */
    numbers: Object.fromEntries(further.map((name) => [name, numbers(values[name])])),
    parley: resolve(values.parley ?? resolve(root, 'dist/src/main.js')),
    before: values.before ? resolve(values.before) : null,
    out: values.out ? resolve(values.out) : isComplete ? resolve(root, 'bench/results') : null,
  };
}

/** @param {Choices} choices */
function usage({ name, contestants, scenarios, numbers = {} }) {
  const further = Object.entries(numbers).map(([option, meaning]) => `  --${option.padEnd(20)} ${meaning}\n`);
  return `Usage: npm run bench:${name} -- [options]

  --quick                about a minute, one round; shows whether it works, not how fast it is
  --only a,b             only these contestants: ${contestants.join(', ')}
  --skip a,b             all contestants except these
  --scenarios a,b        only these scenarios: ${scenarios.join(', ')}
  --require-all          end with an error if a program that a contestant needs is not installed
  --rounds 3             rounds of the scenarios that are repeated
${further.join('')}  --parley file          Parley's compiled server (dist/src/main.js)
  --before file          another build of Parley, measured in turn with it
  --out folder           folder for the table and the chart; default: bench/results after a complete run, otherwise none`;
}

/** @param {string | undefined} list @param {string[]} known */
function chosen(list, known) {
  const names = list?.split(',').map((name) => name.trim());
  const unknown = names?.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`Unknown: ${unknown}. Expected ${known.join(', ')}.`);
  return names;
}

/** @param {string | undefined} list */
function numbers(list) {
  const values = list?.split(',').map(Number) ?? null;
  if (values?.some((value) => !Number.isInteger(value) || value < 1))
    throw new Error(`Expected whole numbers above 0, got ${list}`);
  return values;
}

/** @param {string} text @param {number} code @returns {never} */
function end(text, code) {
  (code === 0 ? console.log : console.error)(text);
  process.exit(code);
}
