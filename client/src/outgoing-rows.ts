import type { Row, Storage } from './api.ts';
import type { Core } from './core.ts';
import type { Entry, OutgoingRow } from './outgoing.ts';
import { Value } from './store.ts';
import type { Tabs } from './tabs.ts';

/** A storage that hangs delays a message by so much. */
const deadlineMs = 5000;

/** Keeps the rows of the outbox in the storage, under the address and the user, and inherits those of tabs that are gone. */
export class OutgoingRows {
  /** How many rows belong to other tabs that live. */
  readonly elsewhere = new Value(0);
  readonly tabs: Tabs;
  scope: string | null = null;
  readonly #core: Core;
  readonly #storage: Storage;

  constructor(core: Core, storage: Storage, tabs: Tabs) {
    this.#core = core;
    this.#storage = storage;
    this.tabs = tabs;
  }

  /** Begins to keep the rows of a user. */
  enter(userId: string): void {
    this.scope = `${this.#core.options.url} ${userId}`;
    this.tabs.enter(this.scope);
  }

  leave(): void {
    this.scope = null;
    this.tabs.leave();
    this.elsewhere.set(0);
  }

  /** Stores the row of an entry, after its earlier writes. The first write begins at once. */
  put(entry: Entry): void {
    const { row } = entry;
    this.#write(entry, (scope) => this.#storage.put(scope, row));
  }

  delete(entry: Entry): void {
    const { id } = entry.row;
    this.#write(entry, (scope) => this.#storage.delete(scope, id));
  }

  async clear(): Promise<void> {
    const { scope } = this;
    if (scope !== null) await this.#attempt(() => this.#storage.clear(scope));
  }

  /** Re-owns the rows of tabs that are gone, or of all tabs, and returns them, the oldest one first. */
  async inherit(which: 'gone' | 'all'): Promise<OutgoingRow[]> {
    const { scope } = this;
    const inherited: OutgoingRow[] = [];
    if (scope === null) return inherited;
    const owners = new Set((await this.#load(scope)).map(({ owner }) => owner));
    owners.delete(this.tabs.name);
    let elsewhere = 0;
    for (const owner of owners) {
      // Read again under the lock: another tab may have inherited them a moment ago.
      const take = async () => {
        for (const row of await this.#load(scope))
          if (row.owner === owner) inherited.push(await this.#reown(scope, row));
      };
      if (which === 'all') await take();
      else if (!(await this.#ifGone(scope, owner, take)))
        elsewhere += (await this.#load(scope)).filter((row) => row.owner === owner).length;
    }
    if (scope === this.scope) this.elsewhere.set(elsewhere);
    return inherited.sort((a, b) => a.order - b.order);
  }

  async #ifGone(scope: string, owner: string, take: () => Promise<void>): Promise<boolean> {
    try {
      return await this.tabs.ifGone(scope, owner, take);
    } catch (error) {
      this.#core.log({ level: 'error', what: 'STORAGE', error });
      return false;
    }
  }

  async #load(scope: string): Promise<OutgoingRow[]> {
    const rows = await this.#attempt(() => this.#storage.load(scope));
    return ((rows ?? []) as Row[]).filter((row): row is OutgoingRow => typeof row.owner === 'string');
  }

  async #reown(scope: string, row: OutgoingRow): Promise<OutgoingRow> {
    const mine = { ...row, owner: this.tabs.name };
    await this.#attempt(() => this.#storage.put(scope, mine));
    return mine;
  }

  #write(entry: Entry, work: (scope: string) => Promise<void>): void {
    const { scope } = this;
    if (scope === null) return;
    const earlier = entry.stored;
    entry.stored = earlier ? earlier.then(() => this.#attempt(() => work(scope))) : this.#attempt(() => work(scope));
  }

  /** Without the storage, everything goes on in memory. */
  async #attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    let cancel = () => {};
    const late = new Promise<never>((_, reject) => {
      cancel = this.#core.clock.after(deadlineMs, () => reject(new Error('The storage does not answer.')));
    });
    try {
      return await Promise.race([work(), late]);
    } catch (error) {
      this.#core.log({ level: 'error', what: 'STORAGE', error });
      return undefined;
    } finally {
      cancel();
    }
  }
}
