import { setTimeout as sleep } from 'node:timers/promises';
import { cpuMs, descendantsCpuMs } from './process-usage.js';

/** CPU that trails behind the last answer (acknowledgements, timers) still counts. */
const trailMs = 30;

/**
 * Runs `work` and says what it cost.
 * @template Result
 * @param {number} pid of the server @param {() => Promise<Result>} work
 * @param {number} [databaseParent] the process that started the database; the server, unless told otherwise
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
    /** Of the server process. */
    serverMs: cpuMs(pid) - before.server,
    /** Of the database: what the server, or another process, has started. */
    belowMs: descendantsCpuMs(databaseParent) - before.below,
    /** Of the load itself. */
    ownMs,
    /** Share of the time that the load was busy: near 1 it is the load that limits. */
    loadBusy: ownMs / wallMs,
  };
}
