import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** CPU time of a process so far, user and system, all its threads, in ms; in steps of a clock tick (10 ms). @param {number} pid */
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

/** Resident memory of a process in bytes. @param {number} pid */
export function residentBytes(pid) {
  const [, kilobytes] = /^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

/**
 * CPU time of what a process started and what that started, in ms, also where that has ended: an embedded
 * Postgres, whose processes come and go with connections.
 * @param {number} pid
 */
export function descendantsCpuMs(pid) {
  let total = 0;
  for (const child of descendantsOf(pid)) {
    try {
      const { ownMs, ofEndedChildrenMs } = cpuTimes(child);
      total += ownMs + ofEndedChildrenMs;
    } catch {
      // It has ended meanwhile.
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
      // It has ended meanwhile.
    }
  }
  /** @type {(parent: number) => number[]} */
  const below = (parent) => (byParent.get(parent) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(pid);
}
