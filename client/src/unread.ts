import type { Unread, ViewerEvent } from './api.ts';
import type { Core } from './core.ts';
import {
  type NotificationFields,
  UnreadRoomsDocument,
  type UnreadRoomsQuery,
  ViewerEventsDocument,
  type ViewerEventsSubscription,
} from './documents.ts';
import { Held } from './held.ts';
import { persist } from './persist.ts';
import { Listeners, type Store, Value } from './store.ts';

type Count = { readonly count: number; readonly isCapped: boolean };

/** Follows what concerns the viewer in all rooms: unread counts and notifications. */
export class ViewerState {
  readonly unread: Store<Unread>;
  readonly #unread = new Value<Unread>({ count: 0, isCapped: false, rooms: new Map() });
  readonly #notifications: Listeners<[NotificationFields]>;
  readonly #events: Listeners<[ViewerEvent]>;
  readonly #core: Core;
  readonly #held: Held;
  /** The notifications that were pending or new since the last snapshot. */
  #known: Set<string> | null = null;

  constructor(core: Core) {
    this.#core = core;
    const report = (error: unknown) => core.fault({ code: 'LISTENER', message: String(error), error });
    this.#notifications = new Listeners(report);
    this.#events = new Listeners(report);
    this.#held = new Held(core, () => this.#start());
    this.unread = this.#held.store(this.#unread);
  }

  onNotification(listener: (notification: NotificationFields) => void): () => void {
    return this.#holding(this.#notifications.add(listener));
  }

  onEvent(listener: (event: ViewerEvent) => void): () => void {
    return this.#holding(this.#events.add(listener));
  }

  dispose(): void {
    this.#held.end();
    this.#unread.clear();
    this.#notifications.clear();
    this.#events.clear();
  }

  /** Follows the events of the viewer until the returned function is called, which removes a listener too. */
  #holding(remove: () => void): () => void {
    const release = this.#held.hold();
    return () => {
      remove();
      release();
    };
  }

  #start(): () => void {
    const stopped = new AbortController();
    const running = this.#core.run({
      payload: () => ({ query: ViewerEventsDocument.query }),
      next: ({ data }) => {
        if (!data) return;
        const { viewerEvents } = data as ViewerEventsSubscription;
        if (viewerEvents.__typename === 'ViewerSnapshot') {
          this.#loadRooms(stopped.signal);
          this.#catchUp(viewerEvents.pendingNotifications);
        }
        if (viewerEvents.__typename === 'SessionExpiring') this.#core.expiring();
        if (viewerEvents.__typename === 'NotificationAdded') this.#notify(viewerEvents.notification);
        this.#unread.set(afterEvent(this.#unread.get(), viewerEvents));
        this.#events.call(viewerEvents);
      },
      ended: () => {},
    });
    return () => {
      stopped.abort();
      running.end();
    };
  }

  /** Notifies of what came while there was no connection. What was pending at the start is not new. */
  #catchUp(pending: readonly NotificationFields[]): void {
    const missed = this.#known ? pending.filter(({ id }) => !this.#known?.has(id)) : [];
    this.#known = new Set(pending.map(({ id }) => id));
    for (const notification of missed) this.#notify(notification);
  }

  #notify(notification: NotificationFields): void {
    this.#known?.add(notification.id);
    this.#notifications.call(notification);
  }

  /** The snapshot has only sums. */
  #loadRooms(signal: AbortSignal): void {
    const show = ({ viewer }: UnreadRoomsQuery) => {
      if (viewer && !signal.aborted) this.#unread.set({ ...this.#unread.get(), rooms: countsOf(viewer.memberships) });
    };
    persist(this.#core, UnreadRoomsDocument, {}, signal).then(show, () => {});
  }
}

function countsOf({ nodes }: NonNullable<UnreadRoomsQuery['viewer']>['memberships']): Map<string, Count> {
  return new Map(
    nodes.flatMap(({ room, readState }) => (readState ? [[room.id, countOf(readState.unreadCount)]] : [])),
  );
}

/** Returns the unread counts after an event of the viewer. */
export function afterEvent(unread: Unread, event: ViewerEvent): Unread {
  const rooms = new Map(unread.rooms);
  switch (event.__typename) {
    case 'ViewerSnapshot':
      return { ...countOf(event.unread.messages), rooms };
    case 'NotificationAdded': {
      const { id } = event.notification.room;
      return { ...oneMore(unread), rooms: rooms.set(id, oneMore(rooms.get(id) ?? { count: 0, isCapped: false })) };
    }
    case 'ViewerReadStateChanged': {
      const { room, readState } = event.membership;
      if (readState?.unreadCount.value) rooms.set(room.id, countOf(readState.unreadCount));
      else rooms.delete(room.id);
      return { ...countOf(event.unread.messages), rooms };
    }
    default:
      return unread;
  }
}

const countOf = ({ value, isCapped }: { value: number; isCapped: boolean }): Count => ({ count: value, isCapped });

const oneMore = ({ count, isCapped }: Count): Count => ({ count: isCapped ? count : count + 1, isCapped });
