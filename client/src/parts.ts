import type { Parley, Presence, Room } from './api.ts';
import type { Core } from './core.ts';
import { newClientMessageId } from './ids.ts';
import { memoryStorage } from './memory-storage.ts';
import { createOutbox } from './outbox.ts';
import { createRows } from './outgoing-rows.ts';
import { presenceIn, setStatus } from './presence.ts';
import { createRoom } from './room.ts';
import type { SendQueue } from './send-queue.ts';
import type { Store } from './store.ts';
import { createTabs, type Locks } from './tabs.ts';
import { followViewer } from './unread.ts';

/** What stands on the connection: rooms, outgoing messages, presence, unread counts. */
export interface Parts
  extends Pick<Parley, 'unread' | 'room' | 'presence' | 'setStatus' | 'onNotification' | 'onViewerEvent'> {
  readonly outbox: SendQueue;
}

export function openParts(core: Core): Parts {
  const storage = core.options.storage ?? memoryStorage();
  const locks: Locks | undefined = globalThis.navigator?.locks;
  const outbox = createOutbox(core, createRows(core, storage, createTabs(newClientMessageId, locks)));
  const rooms = new Map<string, Room>();
  const presences = new Map<string, Store<Presence>>();
  return {
    ...followViewer(core),
    outbox,
    room: (id) => cached(rooms, id, () => createRoom(id, { core, outbox, storage })),
    presence(roomIds) {
      const ids = [...new Set(roomIds)].sort();
      return cached(presences, ids.join(), () => presenceIn(core, ids));
    },
    setStatus: (status, text) => setStatus(core, status, text),
  };
}

function cached<T>(known: Map<string, T>, key: string, make: () => T): T {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}
