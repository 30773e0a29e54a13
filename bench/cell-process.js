import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { onCore } from './cores.js';

/** The running cell. @type {import('node:child_process').ChildProcess | null} */
let current = null;

/**
 * Runs a program that measures one contestant in one scenario, on a core, with an empty folder. The program receives
 * `cell` as JSON and sends one outcome.
 * @param {object} options
 * @param {string} options.program
 * @param {number | null | undefined} options.core
 * @param {{ dataDir: string }} options.cell
 * @param {number} options.timeoutMs
 * @param {number} [options.files] number of files that it opens
 * @returns {Promise<import('./rows.js').Outcome>}
 */
export async function runCell({ program, core, cell, timeoutMs, files = 0 }) {
  const limit = openFilesLimit();
  if (limit < files) return { error: `needs ${files} open files, the limit is ${limit}` };
  mkdirSync(cell.dataDir, { recursive: true });
  const [command, args] = onCore(core, [program, JSON.stringify(cell)]);
  // Its own process group, so that a cell that hangs can be killed together with its server.
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
  rmSync(cell.dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  return outcome;
}

/** Kills the cell and the server that it started, if they still run. */
export function endCell() {
  try {
    if (current?.pid) process.kill(-current.pid, 'SIGKILL');
  } catch {
    // Neither runs any more.
  }
  current = null;
}

/**
 * The side of the cell: measures what the parent requests and sends it the outcome, which may be a failure.
 * @template Cell
 * @param {(cell: Cell, whenOrphaned: (stop: () => Promise<void>) => void) => Promise<object>} measure must
 *   stop what it starts, also if the parent process ends
 */
export async function answerAsCell(measure) {
  const whenOrphaned = (/** @type {() => Promise<void>} */ stop) => {
    process.once('disconnect', () => stop().finally(() => process.exit(1)));
  };
  const outcome = await measure(JSON.parse(process.argv[2]), whenOrphaned).then(
    (values) => ({ values }),
    (error) => ({ error: error.message.trim().split(/\n+/).slice(0, 3).join(' ') }),
  );
  process.send?.(outcome, () => process.exit(0));
}

/** Node.js raises its soft limit of open files to the hard limit when it starts. */
function openFilesLimit() {
  const [, , hard = 'unlimited'] =
    /^Max open files\s+(\S+)\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
  return hard === 'unlimited' ? Number.POSITIVE_INFINITY : Number(hard);
}
