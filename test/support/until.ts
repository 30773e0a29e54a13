import { setTimeout as pause } from 'node:timers/promises';

/** Longer than any state here takes to come about; shorter than the tests' own limit, so that it is this that fails. */
const patienceMs = 15_000;

/** Resolves once `holds` does; for states that nothing announces. Rejects when they do not come about. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const givingUpAt = Date.now() + patienceMs;
  while (!(await holds())) {
    if (Date.now() > givingUpAt) throw new Error(`Waited ${patienceMs} ms in vain until: ${String(holds)}`);
    await pause(2);
  }
}
