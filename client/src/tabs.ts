/** What is used of the Web Locks API. */
export interface Locks {
  request(name: string, options: { ifAvailable?: boolean }, work: (lock: unknown) => Promise<void>): Promise<void>;
}

/**
 * Finds out which tabs are gone. Each holds a lock with its name while it lives; the browser releases it when it ends.
 * A frozen tab keeps its lock. Without locks, there is one tab, and all others are gone.
 */
export class Tabs {
  readonly name: string;
  readonly #locks: Locks | undefined;
  #release: (() => void) | null = null;

  constructor(name: string, locks: Locks | undefined) {
    this.name = name;
    this.#locks = locks;
  }

  /** Holds the lock of this tab, until `leave`. */
  enter(scope: string): void {
    this.leave();
    const held = new Promise<void>((resolve) => {
      this.#release = resolve;
    });
    this.#locks?.request(lockName(scope, this.name), {}, () => held).catch(() => {});
  }

  leave(): void {
    this.#release?.();
    this.#release = null;
  }

  /** Calls `work` if the tab is gone; no other tab does the same at this time. Returns whether it is gone. */
  async ifGone(scope: string, tab: string, work: () => Promise<void>): Promise<boolean> {
    let isGone = false;
    const inherit = async (lock: unknown) => {
      if (!lock) return;
      isGone = true;
      await work();
    };
    if (this.#locks) await this.#locks.request(lockName(scope, tab), { ifAvailable: true }, inherit);
    else await inherit(true);
    return isGone;
  }
}

const lockName = (scope: string, tab: string) => `parley:${scope}:tab:${tab}`;
