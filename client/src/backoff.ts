import { createAlarm } from './clock.ts';
import type { Base } from './core.ts';

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

/** Returns how long to wait at least if the server says how long, but has failed before: it may say 0 for ever. */
export function leastRepeatMs(failures: number): number {
  return failures > 0 ? repeatMs(failures - 1) : 0;
}

/** Keeps a server that refuses again and again from making the client ask without a pause. */
export interface Pace {
  /** Does the work: at once if there was progress since the last time, otherwise later and later. */
  readonly again: (work: () => void) => void;
  readonly progress: () => void;
  readonly stop: () => void;
}

export function createPace({ clock, random }: Pick<Base, 'clock' | 'random'>): Pace {
  const alarm = createAlarm(clock);
  let failures = 0;
  return {
    again(work) {
      alarm();
      if (failures === 0) work();
      else alarm(backoffMs(failures - 1, random), work);
      failures += 1;
    },
    progress() {
      failures = 0;
    },
    stop: () => alarm(),
  };
}
