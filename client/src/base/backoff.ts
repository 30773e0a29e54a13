import { createAlarm } from './clock.ts';
import type { Base } from './core.ts';

/** What has worked for so long counts as good: failures are counted from zero again. */
export const goodAfterMs = 10_000;
/** What the server has ended for a reason that may pass is asked for again after so long. */
export const restartMs = 30_000;
const leastMs = 50;
const firstMs = 500;
const mostMs = 20_000;

/** Returns how long to wait before the attempt after `failures` failed ones: full jitter, as centrifuge-js has it. */
export function backoffMs(failures: number, random: () => number): number {
  return leastMs + random() * Math.min(mostMs, firstMs * 2 ** failures);
}

/** Returns how long to wait before one operation is repeated on a connection that works. */
export function repeatMs(failures: number, most = mostMs): number {
  return Math.min(most, 1000 * 2 ** failures);
}

/** Returns the least wait after `failures` failures, whatever the server says; a server may say 0 for ever. */
export function leastRepeatMs(failures: number): number {
  return failures > 0 ? repeatMs(failures - 1) : 0;
}

/** Keeps a server that refuses again and again from making the client ask without a pause. */
export interface Pace {
  /** Does the work: at once if the last time was a while ago, otherwise later and later. */
  readonly again: (work: () => void) => void;
  readonly stop: () => void;
}

/** Results in between do not count: a server may send one each time. */
export function createPace({ clock, random }: Pick<Base, 'clock' | 'random'>): Pace {
  const alarm = createAlarm(clock);
  let failures = 0;
  let doneAt = 0;
  return {
    again(work) {
      if (clock.now() - doneAt > goodAfterMs) failures = 0;
      const attempt = () => {
        doneAt = clock.now();
        work();
      };
      alarm();
      if (failures === 0) attempt();
      else alarm(backoffMs(failures - 1, random), attempt);
      failures += 1;
    },
    stop: () => alarm(),
  };
}
