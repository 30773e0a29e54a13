import type { Connection } from '../api.ts';
import { type Clock, createAlarm } from '../base/clock.ts';
import type { Value } from '../base/store.ts';

const lostAfterMs = 5_000;

type Unmarked<State> = State extends { readonly lost: boolean } ? Omit<State, 'lost'> : never;

/** Shows that there is no connection, and after a while that it is lost. */
interface Missing {
  readonly show: (next: Unmarked<Connection>) => void;
  /** There is one again, or none is wanted. */
  readonly end: () => void;
}

export function createMissing(clock: Clock, state: Value<Connection>): Missing {
  const alarm = createAlarm(clock);
  let isMissing = false;
  let lost = false;
  return {
    show(next) {
      if (!isMissing) {
        isMissing = true;
        alarm(lostAfterMs, () => {
          lost = true;
          const present = state.get();
          if ('lost' in present) state.set({ ...present, lost });
        });
      }
      state.set({ ...next, lost });
    },
    end() {
      alarm();
      isMissing = lost = false;
    },
  };
}
