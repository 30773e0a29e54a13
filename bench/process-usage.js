import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/**
 * Returns the CPU time of a process so far (user and system, all threads) in ms. `/proc/<pid>/stat` would round down to
 * 10 ms, which is more than a process of PostgreSQL needs in a short burst.
 * @param {number} pid
 */
export function cpuMs(pid) {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      nanoseconds += Number.parseInt(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8'), 10);
    } catch {
      // The thread has ended in the meantime.
    }
  }
  return nanoseconds / 1e6;
}

/** Returns the CPU time in ms of the children of a process that have ended. @param {number} pid */
function endedChildrenCpuMs(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the program's name in brackets and may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system] = fields.slice(13, 15).map(Number);
  return ((user + system) * 1000) / ticksPerSecond;
}

/** Returns the resident memory of a process in bytes. @param {number} pid */
export function residentBytes(pid) {
  const [, kilobytes] = /^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

/**
 * Returns the CPU time in ms of all descendants of a process, including those that have ended: PostgreSQL starts and
 * ends a process for each connection.
 * @param {number} pid
 */
export function descendantsCpuMs(pid) {
  let total = 0;
  for (const child of descendantsOf(pid)) {
    try {
      total += cpuMs(child) + endedChildrenCpuMs(child);
    } catch {
      // The process has ended in the meantime.
    }
  }
  return total;
}

/** @param {number} pid @returns {number[]} */
function descendantsOf(pid) {
  /** @type {Map<number, number[]>} */
  const byParent = new Map();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      byParent.set(parent, [...(byParent.get(parent) ?? []), Number(entry)]);
    } catch {
      // The process has ended in the meantime.
    }
  }
  /** @type {(parent: number) => number[]} */
  const below = (parent) => (byParent.get(parent) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(pid);
}
