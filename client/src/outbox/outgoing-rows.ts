import type { Storage } from '../api.ts';
import { isTime } from '../base/clock.ts';
import type { Base } from '../base/core.ts';
import { within } from '../base/deadline.ts';
import { type Store, Value } from '../base/store.ts';
import { isChange } from './changes.ts';
import type { Entry, OutgoingRow } from './outgoing.ts';
import type { Tabs } from './tabs.ts';

type OwnedRow = OutgoingRow & { readonly owner: string };

/** A storage that hangs delays a message by so much. */
const deadlineMs = 5000;

/** Keeps the rows of the outbox in the storage, under the address and the user, and inherits those of tabs that are gone. */
export interface OutgoingRows {
  /** How many rows belong to other tabs that live. */
  readonly elsewhere: Store<number>;
  /** Begins to keep the rows of a user. */
  readonly enter: (userId: string) => void;
  readonly leave: () => void;
  /** Stores the row of an entry, after its earlier writes. The first write begins at once. */
  readonly put: (entry: Entry) => void;
  readonly delete: (entry: Entry) => void;
  /** Forgets all rows of the user, when the writes of these entries have ended. */
  readonly clear: (entries: readonly Entry[]) => Promise<void>;
  /** Re-owns the rows of tabs that are gone, or of all tabs, and returns them, the oldest one first. */
  readonly inherit: (which: 'gone' | 'all') => Promise<OutgoingRow[]>;
}

export function createRows({ options, clock, log }: Base, storage: Storage, tabs: Tabs): OutgoingRows {
  const elsewhere = new Value(0);
  const logError = (error: unknown) => log({ level: 'error', what: 'STORAGE', error });
  let scope: string | undefined;
  let hasWarned = false;

  return {
    elsewhere,
    enter(userId) {
      scope = `${options.url} ${userId}`;
      tabs.enter(scope);
    },
    leave() {
      scope = undefined;
      tabs.leave();
      elsewhere.set(0);
    },
    put(entry) {
      const row: OwnedRow = { ...entry.row, owner: tabs.name };
      write(entry, (where) => storage.put(where, row));
    },
    delete(entry) {
      const { id } = entry.row;
      write(entry, (where) => storage.delete(where, id));
    },
    async clear(entries) {
      const where = scope;
      for (const { stored } of entries) await stored;
      if (where) await attempt(() => storage.clear(where));
    },
    async inherit(which) {
      const where = scope;
      const inherited: OutgoingRow[] = [];
      if (!where) return inherited;
      const ownedBy = async (owner: string) => (await load(where)).filter((row) => row.owner === owner);
      const owners = new Set((await load(where)).map(({ owner }) => owner));
      owners.delete(tabs.name);
      let others = 0;
      for (const owner of owners) {
        // Read again under the lock: another tab may have inherited them a moment ago.
        const take = async () => {
          for (const row of await ownedBy(owner)) {
            if (where !== scope) return;
            const mine = { ...row, owner: tabs.name };
            await attempt(() => storage.put(where, mine));
            inherited.push(mine);
          }
        };
        if (which === 'all') await take();
        else if (!(await tabs.ifGone(where, owner, take).catch(logError))) others += (await ownedBy(owner)).length;
      }
      // The user has changed meanwhile: theirs are not this one's.
      if (where !== scope) return [];
      elsewhere.set(others);
      return inherited.sort((a, b) => a.order - b.order);
    },
  };

  async function load(where: string): Promise<OwnedRow[]> {
    const stored: unknown[] = [(await attempt(() => storage.load(where))) ?? []].flat();
    const rows = stored.filter(isRow);
    if (rows.length < stored.length && !hasWarned) {
      hasWarned = true;
      log({ level: 'warn', what: 'broken rows', rows: stored.length - rows.length });
    }
    return rows;
  }

  function write(entry: Entry, work: (where: string) => Promise<void>): void {
    const where = scope;
    if (!where) return;
    const attempted = () => attempt(() => work(where));
    entry.stored = entry.stored ? entry.stored.then(attempted) : attempted();
  }

  /** Without the storage, everything goes on in memory. */
  async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await within(clock, deadlineMs, work());
    } catch (error) {
      logError(error);
      return undefined;
    }
  }
}

/** Whether a stored row has all that the outbox reads. Another version may have written it, or something else. */
function isRow(row: unknown): row is OwnedRow {
  const { id, owner, roomId, order, at, change } = Object(row) as Record<string, unknown>;
  return [id, owner, roomId].every((text) => typeof text === 'string') && [order, at].every(isTime) && isChange(change);
}
