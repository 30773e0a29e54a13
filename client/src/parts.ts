import type { Parley, Presence, Room } from './api.ts';
import type { Core } from './base/core.ts';
import { newClientMessageId } from './base/ids.ts';
import type { Store } from './base/store.ts';
import { memoryStorage } from './outbox/memory-storage.ts';
import { createOutbox } from './outbox/outbox.ts';
import { createRows } from './outbox/outgoing-rows.ts';
import type { SendQueue } from './outbox/send-queue.ts';
import { createTabs, type Locks } from './outbox/tabs.ts';
import { presenceIn, setStatus } from './rooms/presence.ts';
import { createRoom } from './rooms/room.ts';
import { followViewer } from './rooms/viewer-events.ts';

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
