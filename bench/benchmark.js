import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endCell, runCell } from './cell-process.js';
import { chooseCores } from './cores.js';
import { describeMachine } from './machine.js';
import { brief, page } from './page.js';
import { isInstalled, requirePrograms } from './programs.js';

/** Name of the contestant that `--before` adds. */
const earlierBuild = 'parley-before';

/**
 * A row of the plan: one scenario at one size, for all of its contestants.
 * @typedef {object} Entry
 * @property {string} key
 * @property {string} scenario
 * @property {any} size
 * @property {(results: import('./rows.js').Results) => object} [sizeAfter] returns what the rows before add to the size
 * @property {number} rounds
 * @property {number} timeoutMs for one contestant in one round
 * @property {number} [files] number of files that a cell opens
 */

/**
 * @typedef {object} Benchmark
 * @property {string} folder name of its folder, which contains `cell.js`
 * @property {string} title
 * @property {boolean} isPinned whether server and load get a core each; otherwise they share all cores
 * @property {Record<string, { title: string, scenarios: string[], program?: string }>} contestants; `program`
 *   is the name of a program that must be installed
 * @property {ReturnType<typeof import('./options.js').readOptions>} options
 * @property {Entry[]} plan
 * @property {(temporary: string) => Promise<object>} [prepare] runs once, before the first cell; every cell gets its
 *   result
 * @property {(measured: import('./rows.js').Measured) => string[]} sections
 * @property {(measured: import('./rows.js').Measured) => string} chart
 */

/** Runs the plan, one contestant after the other, prints the page of results and writes it to `--out`. @param {Benchmark} chosen */
export async function runBenchmark(chosen) {
  const benchmark = withEarlierBuild(chosen);
  const { folder, title, isPinned, contestants, options, plan, prepare } = benchmark;
  if (process.platform !== 'linux') {
    console.error('The benchmarks read CPU time and memory from /proc and run on Linux only.');
    process.exit(2);
  }
  const name = folder.slice(folder.lastIndexOf('/') + 1);
  const cores = isPinned ? chooseCores() : null;
  if (isPinned && !cores)
    console.error('Processes cannot be pinned (no taskset, or one core), so they share all cores.');
  if (options.requireAll) requirePrograms(options.contestants.map((name) => contestants[name].program));
  const machine = describeMachine();
  const startedAt = new Date();
  const temporary = mkdtempSync(join(tmpdir(), `bench-${name}-`));
  clearOnSignal(temporary);

  const given = await prepare?.(temporary);
  const results = await measureAll(benchmark, { cores, temporary, given });
  rmSync(temporary, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });

  const measured = { plan, results, names: options.contestants, contestants };
  const minutes = (Date.now() - startedAt.getTime()) / 60_000;
  const placement = !isPinned
    ? 'server, database and load share the cores'
    : `server and load ${cores ? 'pinned to a core each' : '**not pinned** to cores of their own'}`;
  const run = { title, command: commandOf(name), machine, placement, startedAt, minutes };
  const text = page(run, measured, benchmark.sections(measured));
  console.log(text);
  if (!options.out) return;
  mkdirSync(options.out, { recursive: true });
  writeFileSync(join(options.out, `${name}.md`), text);
  writeFileSync(join(options.out, `${name}.svg`), benchmark.chart(measured));
  console.error(`Written to ${options.out}.`);
}

/**
 * @param {Benchmark} benchmark
 * @param {{ cores: ReturnType<typeof chooseCores>, temporary: string, given: object | undefined }} place
 */
async function measureAll({ folder, contestants, options, plan }, { cores, temporary, given }) {
  /** @type {import('./rows.js').Results} */
  const results = {};
  const program = join(folder, 'cell.js');
  for (const { key, scenario, sizeAfter, rounds, timeoutMs, files, ...entry } of plan) {
    const size = { ...entry.size, ...sizeAfter?.(results) };
    const names = options.contestants.filter((name) => contestants[name].scenarios.includes(scenario));
    for (let round = 1; round <= rounds; round++) {
      for (const name of round % 2 === 1 ? names : names.toReversed()) {
        const start = performance.now();
        const dataDir = join(temporary, name);
        const build =
          name === earlierBuild
            ? { contestant: 'parley', parley: options.before }
            : { contestant: name, parley: options.parley };
        const cell = { ...build, scenario, size, core: cores?.server, dataDir, ...given };
        const needed = contestants[name].program;
        const outcome = isInstalled(needed)
          ? await runCell({ program, core: cores?.load, cell, timeoutMs, files })
          : { error: `skipped, because ${needed} is not installed` };
        const seconds = ((performance.now() - start) / 1000).toFixed(1);
        results[key] ??= {};
        results[key][name] = [...(results[key][name] ?? []), outcome];
        console.error(`${key}, round ${round}/${rounds}, ${contestants[name].title}: ${brief(outcome)} (${seconds} s)`);
      }
    }
  }
  return results;
}

/** Adds the build of `--before` to the contestants, after Parley. @param {Benchmark} benchmark @returns {Benchmark} */
function withEarlierBuild(benchmark) {
  const { options, contestants } = benchmark;
  if (!options.before) return benchmark;
  const names = options.contestants.flatMap((name) => (name === 'parley' ? [name, earlierBuild] : [name]));
  return {
    ...benchmark,
    options: { ...options, contestants: names },
    contestants: { ...contestants, [earlierBuild]: { ...contestants.parley, title: 'Parley, before' } },
  };
}

/** @param {string} temporary */
function clearOnSignal(temporary) {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.once(signal, () => {
      endCell();
      rmSync(temporary, { recursive: true, force: true });
      process.exit(130);
    });
  }
}

/** @param {string} name */
function commandOf(name) {
  const given = process.argv.slice(2).join(' ');
  return `npm run bench:${name}${given && ` -- ${given}`}`;
}
