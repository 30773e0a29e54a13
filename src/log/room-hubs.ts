import { type Access, endsMembershipOf, endsWhom } from '../access/access.ts';
import { EarlyEvents } from '../live/early-events.ts';
import { Hub } from '../live/hub.ts';
import type { RoomEvent } from './events.ts';
import type { RoomWatches } from './room-watch.ts';

/** What is so in a room right now, in one respect. */
export interface RoomState<Value> {
  /** What somebody starts with who comes now. */
  first: () => readonly Value[];
  /** Takes what happens in the room; null where some of it is not known any more. */
  happened?: (events: readonly RoomEvent[] | null) => void;
  close: () => void;
}

/** Opens the state of a room; from then on `emit` gives what changes to all who follow. */
export type OpenState<Value> = (roomId: string, emit: (value: Value) => void) => Promise<RoomState<Value>>;

/** One room's state on this node, and who follows it. */
export interface RoomHub<Value> {
  hub: Hub<Value>;
  state: RoomState<Value>;
}

interface Entry<Value> {
  holders: number;
  opening: Promise<RoomHub<Value> | null>;
  close: () => void;
}

interface HubsOptions<Value> {
  watches: RoomWatches;
  access: Access;
  open: OpenState<Value>;
  /** Whether only members may follow, and not everybody who may read the room. */
  isForMembers?: boolean;
}

/** Events kept while a state opens; when more of them come, the state looks anew instead. */
const maxEarly = 100;

/** States of rooms that somebody on this node follows. Whoever may no longer do so follows nothing of the room. */
export class RoomHubs<Value> {
  readonly #options: HubsOptions<Value>;
  readonly #entries = new Map<string, Entry<Value>>();

  constructor(options: HubsOptions<Value>) {
    this.#options = options;
  }

  /** Whether only members of a room may follow it. */
  get isForMembers(): boolean {
    return this.#options.isForMembers ?? false;
  }

  /** Kept until `release`; null for a room that is not there. */
  async acquire(roomId: string): Promise<RoomHub<Value> | null> {
    const entry = this.#entries.get(roomId) ?? this.#open(roomId);
    entry.holders += 1;
    try {
      const opened = await entry.opening;
      if (!opened) this.release(roomId);
      return opened;
    } catch (error) {
      this.release(roomId);
      throw error;
    }
  }

  release(roomId: string): void {
    const entry = this.#entries.get(roomId);
    if (!entry) return;
    entry.holders -= 1;
    if (entry.holders > 0) return;
    this.#entries.delete(roomId);
    entry.close();
  }

  #open(roomId: string): Entry<Value> {
    const entry: Entry<Value> = { holders: 0, opening: Promise.resolve(null), close: () => {} };
    this.#entries.set(roomId, entry);
    entry.opening = this.#start(roomId, entry);
    return entry;
  }

  async #start(roomId: string, entry: Entry<Value>): Promise<RoomHub<Value> | null> {
    const { watches, open } = this.#options;
    const hub = new Hub<Value>();
    const early = new EarlyEvents<RoomEvent>({ maxEvents: maxEarly });
    let state: RoomState<Value> | null = null;
    const unwatch = await watches.watch(roomId, (events) => {
      void this.#endWhoMayNotFollow(roomId, hub, events);
      if (state) state.happened?.(events);
      else early.add(events);
    });
    if (!unwatch) return null;
    state = await open(roomId, (value) => hub.emit(value)).catch((error: unknown) => {
      unwatch();
      throw error;
    });
    const opened = { hub, state };
    if (early.events === null || early.events.length > 0) state.happened?.(early.events);
    entry.close = () => {
      unwatch();
      opened.state.close();
    };
    // All may have gone while it was opened.
    if (this.#entries.get(roomId) !== entry) entry.close();
    return opened;
  }

  async #endWhoMayNotFollow(roomId: string, hub: Hub<Value>, events: readonly RoomEvent[] | null): Promise<void> {
    for (const event of events ?? []) {
      const userId = this.isForMembers ? endsMembershipOf(event) : endsWhom(event);
      if (userId) hub.endFor(userId);
    }
    if (events) return;
    // Asked all at once, which is one statement. Who may follow cannot be told during a fault: it ends them all.
    const endUnlessAllowed = async (userId: string) => {
      const standing = await this.#options.access({ roomId, userId }).catch(() => 'absent');
      if (standing !== 'member' && (this.isForMembers || standing !== 'readable')) hub.endFor(userId);
    };
    await Promise.all(hub.owners.map(endUnlessAllowed));
  }
}
