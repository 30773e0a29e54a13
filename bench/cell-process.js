import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { nodeOn } from './cores.js';

/** The cell that runs now. @type {import('node:child_process').ChildProcess | null} */
let current = null;

/**
 * Runs a program that measures one contestant in one scenario, on a core, with an empty folder; it gets `cell` as JSON
 * and sends one outcome.
 * @param {object} options
 * @param {string} options.program
 * @param {number | null | undefined} options.core
 * @param {{ dataDir: string }} options.cell
 * @param {number} options.timeoutMs
 * @param {number} [options.files] that it opens
 * @returns {Promise<import('./rows.js').Outcome>}
 */
export async function runCell({ program, core, cell, timeoutMs, files = 0 }) {
  const limit = openFilesLimit();
  if (limit < files) return { error: `needs ${files} open files, the limit is ${limit}` };
  mkdirSync(cell.dataDir, { recursive: true });
  const [command, args] = nodeOn(core, [program, JSON.stringify(cell)]);
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
  rmSync(cell.dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  return outcome;
}

/** Ends the cell and the server it started, whatever is left of them. */
export function endCell() {
  try {
    if (current?.pid) process.kill(-current.pid, 'SIGKILL');
  } catch {
    // Nothing is left.
  }
  current = null;
}

/**
 * The other side: measures what the parent asks for and sends it the outcome; a failure is an outcome, too.
 * @template Cell
 * @param {(cell: Cell, whenOrphaned: (stop: () => Promise<void>) => void) => Promise<object>} measure what it starts it
 *   must stop, also when it is told that the parent is gone
 */
export async function answerAsCell(measure) {
  const whenOrphaned = (/** @type {() => Promise<void>} */ stop) => {
    process.once('disconnect', () => stop().finally(() => process.exit(1)));
  };
  const outcome = await measure(JSON.parse(process.argv[2]), whenOrphaned).then(
    (values) => ({ values }),
    (error) => ({ error: error.message.split('\n')[0] }),
  );
  process.send?.(outcome, () => process.exit(0));
}

/** Node.js raises its soft limit to the hard one at start. */
function openFilesLimit() {
  const [, , hard = 'unlimited'] =
    /^Max open files\s+(\S+)\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
  return hard === 'unlimited' ? Number.POSITIVE_INFINITY : Number(hard);
}
