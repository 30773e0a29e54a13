import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Returns the cores of the server and of the load; null if processes cannot be pinned (no `taskset`, or only one core).
 * @returns {{ server: number, load: number } | null}
 */
export function chooseCores() {
  const cores = allowedCores();
  const canPin = spawnSync('taskset', ['--version']).status === 0;
  return canPin && cores.length >= 2 ? { server: cores[0], load: cores[1] } : null;
}

/** Returns the cores of this process, from `Cpus_allowed_list`, such as `0-1,4`. */
function allowedCores() {
  const [, list = ''] = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return list.split(',').flatMap((range) => {
    const [first, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

/**
 * Returns the command that runs a program on one core, or on any core if it cannot be pinned. `taskset` replaces itself
 * with the program, so its process id is the program's.
 * @param {number | null | undefined} core @param {string[]} args @param {string} [program] by default Node.js
 * @returns {[command: string, args: string[]]}
 */
export function onCore(core, args, program = process.execPath) {
  return core == null ? [program, args] : ['taskset', ['-c', String(core), program, ...args]];
}
