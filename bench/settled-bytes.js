import { setTimeout as sleep } from 'node:timers/promises';
import { residentBytes } from './process-usage.js';

const calmReadings = 4;

/**
 * Returns the resident memory after it has stayed within 1 % for `calmMs`, or at the latest after four times `calmMs`.
 * @param {number} pid @param {number} calmMs
 */
export async function settledBytes(pid, calmMs) {
  const readings = [residentBytes(pid)];
  for (const until = performance.now() + 4 * calmMs; performance.now() < until; ) {
    await sleep(calmMs / calmReadings);
    readings.push(residentBytes(pid));
    const last = readings.slice(-calmReadings - 1);
    if (last.length > calmReadings && Math.max(...last) - Math.min(...last) < 0.01 * last[0]) break;
  }
  return readings.at(-1) ?? 0;
}
