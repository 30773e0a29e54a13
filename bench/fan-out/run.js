// The fan-out benchmark: see bench/README.md for the method, `--help` for the options.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseCores, nodeOn } from '../cores.js';
import { describeMachine } from '../machine.js';
import { chart } from './chart.js';
import { contestants } from './contestants.js';
import { readOptions } from './options.js';
import { contestantsOf, planOf } from './plan.js';
import { brief, report } from './report.js';

/** Beside a reader's socket each process has files of its own. */
const spareFiles = 200;

if (process.platform !== 'linux') {
  console.error('The fan-out benchmark reads CPU time and memory from /proc and runs on Linux only.');
  process.exit(2);
}
const options = readOptions();
const cores = chooseCores();
const machine = describeMachine();
const startedAt = new Date();
const temporary = mkdtempSync(join(tmpdir(), 'bench-fan-out-'));

/** The cell that runs now. @type {import('node:child_process').ChildProcess | null} */
let current = null;
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.once(signal, () => {
    endCell();
    rmSync(temporary, { recursive: true, force: true });
    process.exit(130);
  });
}

/** Every result, by row of the plan and contestant. @type {import('./report.js').Results} */
const results = {};
const plan = planOf(options);
if (!cores) console.error('Processes cannot be pinned (no taskset, or one core): server and load share what there is.');
for (const entry of plan) {
  const names = contestantsOf(entry, options.contestants);
  for (let round = 1; round <= entry.rounds; round++) {
    for (const name of names) {
      const start = performance.now();
      const outcome = await runCell(entry, name);
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      results[entry.key] ??= {};
      results[entry.key][name] = [...(results[entry.key][name] ?? []), outcome];
      console.error(
        `${entry.key}, round ${round}/${entry.rounds}, ${contestants[name].title}: ${brief(outcome)} (${seconds} s)`,
      );
    }
  }
}
rmSync(temporary, { recursive: true, force: true });

const minutes = (Date.now() - startedAt.getTime()) / 60_000;
const given = process.argv.slice(2).join(' ');
const command = `npm run bench:fan-out${given && ` -- ${given}`}`;
const text = report({ plan, results, names: options.contestants, machine, cores, startedAt, minutes, command });
console.log(text);
if (options.out) {
  mkdirSync(options.out, { recursive: true });
  writeFileSync(join(options.out, 'fan-out.md'), text);
  writeFileSync(join(options.out, 'fan-out.svg'), chart({ plan, results, names: options.contestants }));
  console.error(`Written to ${options.out}.`);
}

/**
 * @param {import('./plan.js').Entry} entry @param {string} name
 * @returns {Promise<import('./report.js').Outcome>}
 */
async function runCell({ scenario, size, readers, timeoutMs }, name) {
  const files = openFilesLimit();
  if (files < readers + spareFiles) return { error: `needs ${readers + spareFiles} open files, the limit is ${files}` };
  const dataDir = join(temporary, name);
  mkdirSync(dataDir, { recursive: true });
  const cell = { contestant: name, scenario, size, core: cores?.server, parley: options.parley, dataDir };
  const [command, args] = nodeOn(cores?.load, [join(import.meta.dirname, 'cell.js'), JSON.stringify(cell)]);
  // A group of its own, so that a cell that hangs can be ended with its server.
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], detached: true });
  current = child;
  const outcome = await new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ error: `not done within ${timeoutMs / 1000} s` }), timeoutMs);
    child.once('message', resolve);
    child.once('error', (error) => resolve({ error: error.message }));
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      resolve({ error: `the load ended (${signal ?? code})` });
    });
  });
  endCell();
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  return outcome;
}

/** Ends the cell and the server it started, whatever is left of them. */
function endCell() {
  try {
    if (current?.pid) process.kill(-current.pid, 'SIGKILL');
  } catch {
    // Nothing is left.
  }
  current = null;
}

/** Node.js raises its soft limit to the hard one at start. */
function openFilesLimit() {
  const [, , hard = 'unlimited'] =
    /^Max open files\s+(\S+)\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
  return hard === 'unlimited' ? Number.POSITIVE_INFINITY : Number(hard);
}
