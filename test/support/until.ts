import { setTimeout as pause } from 'node:timers/promises';

/**
 * Longer than any state in the tests takes, and shorter than the time limit of jest, so that this limit fails first.
 */
const patienceMs = 90_000;

/**
 * Resolves once `holds` returns true; for states that no event announces. Asks every few milliseconds, and rejects after
 * `patienceMs`.
 */
export async function until(holds: () => boolean | Promise<boolean>, everyMs = 2): Promise<void> {
  const givingUpAt = Date.now() + patienceMs;
  while (!(await holds())) {
    if (Date.now() > givingUpAt) throw new Error(`Waited ${patienceMs} ms in vain until: ${String(holds)}`);
    await pause(everyMs);
  }
}
