import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Returns the CPU time of a process so far (user and system, all threads) in ms, in steps of a clock tick (10 ms). @param {number} pid */
export function cpuMs(pid) {
  return cpuTimes(pid).ownMs;
}

/** @param {number} pid */
function cpuTimes(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the program's name in brackets and may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system, endedUser, endedSystem] = fields.slice(11, 15).map(Number);
  const ms = (/** @type {number} */ ticks) => (ticks * 1000) / ticksPerSecond;
  return { ownMs: ms(user + system), ofEndedChildrenMs: ms(endedUser + endedSystem) };
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
      const { ownMs, ofEndedChildrenMs } = cpuTimes(child);
      total += ownMs + ofEndedChildrenMs;
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
