import type { Parley } from './api.ts';
import type { Core } from './core.ts';
import { newClientMessageId } from './ids.ts';
import { memoryStorage } from './memory-storage.ts';
import { SendQueue } from './outbox.ts';
import { OutgoingRows } from './outgoing-rows.ts';
import { presenceIn, setStatus } from './presence.ts';
import { ClientRoom } from './room.ts';
import { type Locks, Tabs } from './tabs.ts';
import { ViewerState } from './unread.ts';

/** What stands on the connection: rooms, outgoing messages, presence, unread counts. */
export interface Parts
  extends Pick<Parley, 'unread' | 'outbox' | 'room' | 'presence' | 'setStatus' | 'onNotification' | 'onViewerEvent'> {
  /** Whether something waits to be sent. */
  hasUnsent(): boolean;
  /** Stops sending, and discards or keeps what is unsent; resolves to how much that is. */
  signOut(unsent: 'discard' | 'keep'): Promise<number>;
  dispose(): void;
}

export function openParts(core: Core): Parts {
  const storage = core.options.storage ?? memoryStorage();
  const locks: Locks | undefined = globalThis.navigator?.locks;
  const outbox = new SendQueue(core, new OutgoingRows(core, storage, new Tabs(newClientMessageId(), locks)));
  const viewer = new ViewerState(core);
  const rooms = new Map<string, ClientRoom>();
  const presences = new Map<string, ReturnType<typeof presenceIn>>();
  return {
    unread: viewer.unread,
    outbox,
    room: (id) => cached(rooms, id, () => new ClientRoom(id, { core, outbox, storage })),
    presence(roomIds) {
      const ids = [...new Set(roomIds)].sort();
      return cached(presences, ids.join(), () => presenceIn(core, ids)).store;
    },
    setStatus: (status, text) => setStatus(core, status, text),
    onNotification: (listener) => viewer.onNotification(listener),
    onViewerEvent: (listener) => viewer.onEvent(listener),
    hasUnsent: () => outbox.get().length > 0,
    signOut: (unsent) => outbox.signOut(unsent),
    dispose() {
      outbox.dispose();
      viewer.dispose();
      for (const room of rooms.values()) room.dispose();
      for (const { held } of presences.values()) held.end();
    },
  };
}

function cached<T>(known: Map<string, T>, key: string, make: () => T): T {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}
