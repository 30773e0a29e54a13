import { setTimeout as sleep } from 'node:timers/promises';
import { cpuMs, descendantsCpuMs } from './process-usage.js';

/** How long CPU after the last answer (acknowledgements, timers) still counts. */
const trailMs = 30;

/**
 * Runs `work` and returns its cost.
 * @template Result
 * @param {number} pid of the server @param {() => Promise<Result>} work
 * @param {number} [databaseParent] the process that started the database; by default the server
 */
export async function costOf(pid, work, databaseParent = pid) {
  const before = {
    server: cpuMs(pid),
    below: descendantsCpuMs(databaseParent),
    own: process.cpuUsage(),
    at: performance.now(),
  };
  const result = await work();
  const wallMs = performance.now() - before.at;
  const own = process.cpuUsage(before.own);
  await sleep(trailMs);
  const ownMs = (own.user + own.system) / 1000;
  return {
    result,
    wallMs,
    /** CPU of the server process. */
    serverMs: cpuMs(pid) - before.server,
    /** CPU of the database: of the processes that `databaseParent` started. */
    belowMs: descendantsCpuMs(databaseParent) - before.below,
    /** CPU of the load itself. */
    ownMs,
    /** Share of time in which the load was busy; near 1, the load is the limit. */
    loadBusy: ownMs / wallMs,
  };
}

/**
 * Divides a cost by a number of operations: µs of CPU of the server, of the database, and of both. Without a
 * database, `database` is null.
 * @param {{ serverMs: number, belowMs: number }} cost @param {number} operations
 */
export function eachOf({ serverMs, belowMs }, operations) {
  const micros = (/** @type {number} */ ms) => (ms * 1000) / operations;
  return {
    server: micros(serverMs),
    database: belowMs === 0 ? null : micros(belowMs),
    all: micros(serverMs + belowMs),
  };
}
