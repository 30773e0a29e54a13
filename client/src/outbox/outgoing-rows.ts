import type { Row, Storage } from '../api.ts';
import { isTime } from '../base/clock.ts';
import type { Base } from '../base/core.ts';
import { within } from '../base/deadline.ts';
import { type Store, Value } from '../base/store.ts';
import { isChange } from './changes.ts';
import { type Entry, type LastUser, type OutgoingRow, ofAnother } from './outgoing.ts';
import type { Tabs } from './tabs.ts';

/** `by`: who was known last when it was written, if that was before the server said who is signed in. */
type OwnedRow = OutgoingRow & { readonly owner: string; readonly by?: string | undefined };

/** A storage that hangs delays a message by so much. */
const deadlineMs = 5000;

/** The row that says who was signed in last. */
const lastUserId = 'user';

/**
 * Keeps the rows of the outbox in the storage, under the address and the user, and inherits those of tabs that are gone.
 * What is written before the user is known is kept apart, and moved when they are.
 */
export interface OutgoingRows {
  /** How many rows belong to other tabs that live. */
  readonly elsewhere: Store<number>;
  /** Where in the storage the rows are. */
  readonly scope: string | undefined;
  /** Begins to keep the rows of this user, who is the one known last from now on. Undefined: nobody is signed in. */
  readonly enter: (userId?: string) => void;
  readonly leave: () => void;
  readonly lastUser: () => LastUser;
  /** Stores the row of an entry, after its earlier writes. The first write begins at once. `to`: not with this user's. */
  readonly put: (entry: Entry, to?: string) => void;
  readonly delete: (entry: Entry) => void;
  /**
   * Forgets these entries, and then all rows of the user. If nobody is known yet: those of the user known last, and what was
   * written since; with `keep`, these entries alone.
   */
  readonly clear: (entries: readonly Entry[], unsent?: 'discard' | 'keep') => Promise<void>;
  /**
   * Re-owns the rows of tabs that are gone, or of all tabs, and returns them, the oldest one first. What another user
   * seems to have written is left to that user, as failed.
   */
  readonly inherit: (which: 'gone' | 'all') => Promise<OutgoingRow[]>;
}

export function createRows({ options, clock, log }: Base, storage: Storage, tabs: Tabs): OutgoingRows {
  const { url } = options;
  const scopeOf = (userId: string) => `${url} ${userId}`;
  const early = scopeOf('?');
  const elsewhere = new Value(0);
  const logError = (error: unknown) => log({ level: 'error', what: 'STORAGE', error });
  let scope: string | undefined;
  let last: LastUser | undefined;
  let hasWarned = false;

  return {
    elsewhere,
    get scope() {
      return scope;
    },
    enter(userId) {
      last = { id: userId };
      void attempt(() => storage.put(url, { id: lastUserId, userId }));
      if (userId !== undefined) enter(scopeOf(userId));
    },
    leave() {
      scope = undefined;
      tabs.leave();
      elsewhere.set(0);
    },
    lastUser,
    put(entry, to = scope ?? enter(early)) {
      const { by, scope: from } = entry;
      const row: OwnedRow = { ...entry.row, owner: tabs.name };
      entry.scope = to;
      const save = () => move(from, to, to === early ? { ...row, by: by?.id } : row);
      write(entry, () => by?.loading?.then(save) ?? save());
    },
    delete: forget,
    async clear(entries, unsent) {
      const scopes = scope && scope !== early ? [scope] : [];
      const before = scopes.length === 0 && unsent !== 'keep' ? lastUser() : undefined;
      for (const entry of entries) forget(entry);
      for (const { stored } of entries) await stored;
      await before?.loading;
      if (before) scopes.push(early);
      if (before?.id) scopes.push(scopeOf(before.id));
      for (const where of scopes) await attempt(() => storage.clear(where));
    },
    async inherit(which) {
      const where = scope;
      const inherited: OutgoingRow[] = [];
      if (!where || where === early) return inherited;
      let others = 0;
      const inheritFrom = async (from: string) => {
        const ownedBy = async (owner: string) => (await load(from)).filter((row) => row.owner === owner);
        const owners = new Set((await load(from)).map(({ owner }) => owner));
        owners.delete(tabs.name);
        for (const owner of owners) {
          // Read again under the lock: another tab may have inherited them a moment ago.
          const take = async () => {
            for (const { by, ...row } of await ownedBy(owner)) {
              if (where !== scope) return;
              const to: string = by === undefined ? where : scopeOf(by);
              const isMine = to === where;
              const mine = isMine ? { ...row, owner: tabs.name } : { ...row, failed: ofAnother };
              // What another user has read is forgotten: nobody could discard it.
              const isForgotten = !isMine && row.change.kind === 'read';
              await attempt(() => (isForgotten ? storage.delete(from, row.id) : move(from, to, mine)));
              if (isMine) inherited.push(mine);
            }
          };
          if (which === 'all') await take();
          else if (!(await tabs.ifGone(from, owner, take).catch(logError))) others += (await ownedBy(owner)).length;
        }
      };
      await Promise.all([where, early].map(inheritFrom));
      // The user has changed meanwhile: theirs are not this one's.
      if (where !== scope) return [];
      elsewhere.set(others);
      return inherited.sort((a, b) => a.order - b.order);
    },
  };

  function lastUser(): LastUser {
    if (!last) {
      const mine: LastUser = { id: undefined };
      mine.loading = all(url).then((rows) => {
        mine.id = rows.map(Object).find(({ id }) => id === lastUserId)?.userId;
        mine.loading = undefined;
      });
      last = mine;
    }
    return last;
  }

  function enter(where: string): string {
    scope = where;
    tabs.enter(where);
    return where;
  }

  function forget(entry: Entry): void {
    const { scope: from, row } = entry;
    if (from) write(entry, () => storage.delete(from, row.id));
  }

  async function move(from: string | undefined, to: string, row: Row): Promise<void> {
    await storage.put(to, row);
    if (from && from !== to) await storage.delete(from, row.id);
  }

  async function all(where: string): Promise<unknown[]> {
    return [(await attempt(() => storage.load(where))) ?? []].flat();
  }

  async function load(where: string): Promise<OwnedRow[]> {
    const stored = await all(where);
    const rows = stored.filter(isRow);
    if (rows.length < stored.length && !hasWarned) {
      hasWarned = true;
      log({ level: 'warn', what: 'broken rows', rows: stored.length - rows.length });
    }
    return rows;
  }

  function write(entry: Entry, work: () => Promise<void>): void {
    const attempted = () => attempt(work);
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
