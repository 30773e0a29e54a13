import type { Core } from './core.ts';
import type { Store } from './store.ts';

/** Something that runs while at least one holds it, and lingers a little afterwards. */
export class Held {
  readonly #core: Core;
  readonly #start: () => () => void;
  #count = 0;
  #stop: (() => void) | null = null;
  #cancelLinger: (() => void) | null = null;

  constructor(core: Core, start: () => () => void) {
    this.#core = core;
    this.#start = start;
  }

  hold(): () => void {
    if (this.#core.ended.aborted) return () => {};
    this.#count++;
    this.#cancelLinger?.();
    this.#cancelLinger = null;
    this.#stop ??= this.#start();
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      if (--this.#count === 0) this.#cancelLinger = this.#core.clock.after(this.#core.options.linger ?? 2000, this.end);
    };
  }

  /** Stops now, although it may be held. The next hold starts it again. */
  readonly end = (): void => {
    this.#cancelLinger?.();
    const stop = this.#stop;
    this.#stop = null;
    stop?.();
  };

  /** Returns the store as one whose subscribers hold this. */
  store<T>(store: Store<T>): Store<T> {
    const subscribe = (changed: () => void) => {
      const unsubscribe = store.subscribe(changed);
      const release = this.hold();
      return () => {
        unsubscribe();
        release();
      };
    };
    return { get: () => store.get(), subscribe };
  }
}
