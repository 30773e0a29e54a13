import { setImmediate } from 'node:timers/promises';

/** Resolves once `holds` does; for states that nothing announces. The test's own time limit ends it. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await setImmediate();
}
