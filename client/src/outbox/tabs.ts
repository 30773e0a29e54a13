/** What is used of the Web Locks API. */
export interface Locks {
  request(name: string, options: { ifAvailable?: boolean }, work: (lock: unknown) => Promise<void>): Promise<void>;
}

/**
 * Finds out which tabs are gone. Each holds a lock with its name while it lives; the browser releases it when it ends.
 * A frozen tab keeps its lock. Without locks, only the clients of this process live, and all others are gone.
 */
export interface Tabs {
  /** Another one after each `enter`: what an earlier one has left is inherited like that of other tabs. */
  readonly name: string;
  /** Holds the lock of this tab, until `leave`. */
  readonly enter: (scope: string) => void;
  readonly leave: () => void;
  /** Calls `work` if the tab is gone; no other tab does the same at this time. Returns whether it is gone. */
  readonly ifGone: (scope: string, tab: string, work: () => Promise<void>) => Promise<boolean>;
}

/** The names of the clients of this process. */
const alive = new Set<string>();

export function createTabs(newName: () => string, locks: Locks | undefined): Tabs {
  const lockName = (scope: string, tab: string) => `parley:${scope}:tab:${tab}`;
  let name = newName();
  let release = () => {};
  const leave = () => {
    alive.delete(name);
    release();
  };
  return {
    get name() {
      return name;
    },
    enter(scope) {
      leave();
      name = newName();
      alive.add(name);
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      locks?.request(lockName(scope, name), {}, () => held).catch(() => {});
    },
    leave,
    async ifGone(scope, tab, work) {
      let isGone = false;
      const inherit = async (lock: unknown) => {
        if (!lock) return;
        isGone = true;
        await work();
      };
      if (locks) await locks.request(lockName(scope, tab), { ifAvailable: true }, inherit);
      else await inherit(!alive.has(tab));
      return isGone;
    },
  };
}
