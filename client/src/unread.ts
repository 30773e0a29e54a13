import type { Parley, Unread, ViewerEvent } from './api.ts';
import type { Core } from './core.ts';
import {
  type NotificationFields,
  UnreadRoomsDocument,
  type UnreadRoomsQuery,
  ViewerEventsDocument,
  type ViewerEventsSubscription,
} from './documents.ts';
import { persist } from './execute.ts';
import { createHeld } from './held.ts';
import { Listeners, Value } from './store.ts';

const mostTries = 5;

type Count = { readonly count: number; readonly isCapped: boolean };

/** Follows what concerns the viewer in all rooms: unread counts and notifications. */
export function followViewer(core: Core): Pick<Parley, 'unread' | 'onNotification' | 'onViewerEvent'> {
  const unread = new Value<Unread>({ count: 0, isCapped: false, rooms: new Map() });
  const notifications = new Listeners<[NotificationFields]>(core.listenerFailed);
  const events = new Listeners<[ViewerEvent]>(core.listenerFailed);
  /** The notifications that were pending or new since the last snapshot. */
  let known: Set<string> | undefined;
  /** Changes with each question for the rooms: the answer to an earlier one is ignored. */
  let question = {};
  /** The rooms that events have changed since the question: the answer may be older. */
  const changed = new Set<string>();

  core.onEnd(() => {
    for (const each of [unread, notifications, events]) each.clear();
  });
  const held = createHeld(core, start);
  return {
    unread: held.store(unread),
    onNotification: (listener) => held.with(notifications.add(listener)),
    onViewerEvent: (listener) => held.with(events.add(listener)),
  };

  function start(): () => void {
    const stopped = new AbortController();
    const running = core.run({
      payload: () => ({ query: ViewerEventsDocument.query }),
      next({ data }) {
        if (!data) return;
        const { viewerEvents: event } = data as ViewerEventsSubscription;
        if (event.__typename === 'ViewerSnapshot') {
          loadRooms(stopped.signal);
          catchUp(event.pendingNotifications);
        }
        if (event.__typename === 'SessionExpiring') core.expiring();
        if (event.__typename === 'NotificationAdded') notify(event.notification);
        if (event.__typename === 'MembershipChangedEvent' && event.membership.state === 'JOINED')
          core.joined.call(event.membership.room.id);
        const roomId = roomOf(event);
        if (roomId) changed.add(roomId);
        unread.set(afterEvent(unread.get(), event));
        events.call(event);
      },
    });
    return () => {
      stopped.abort();
      running.end();
    };
  }

  /** Notifies of what came while there was no connection. What was pending at the start is not new. */
  function catchUp(pending: readonly NotificationFields[]): void {
    const before = known;
    known = new Set(pending.map(({ id }) => id));
    if (before) for (const notification of pending) if (!before.has(notification.id)) notify(notification);
  }

  function notify(notification: NotificationFields): void {
    known?.add(notification.id);
    notifications.call(notification);
  }

  /** Asks for the rooms: the snapshot has only sums. */
  function loadRooms(signal: AbortSignal, tries = mostTries): void {
    const mine = {};
    question = mine;
    changed.clear();
    const show = ({ viewer }: UnreadRoomsQuery) => {
      if (!viewer || signal.aborted || mine !== question) return;
      const rooms = countsOf(viewer.memberships);
      const now = unread.get();
      for (const id of changed) {
        const count = now.rooms.get(id);
        if (count) rooms.set(id, count);
        else rooms.delete(id);
      }
      unread.set({ ...now, rooms });
      // A notification adds one to a number that may be older than it.
      if (changed.size > 0 && tries > 1) loadRooms(signal, tries - 1);
    };
    persist(core, UnreadRoomsDocument, {}, signal)
      .then(show)
      .catch((error) => signal.aborted || core.log({ level: 'warn', what: 'unread rooms', error }));
  }
}

function countsOf({ nodes }: NonNullable<UnreadRoomsQuery['viewer']>['memberships']): Map<string, Count> {
  return new Map(
    nodes.flatMap(({ room, readState }) => (readState ? [[room.id, countOf(readState.unreadCount)]] : [])),
  );
}

/** Returns the room whose count an event changes. */
function roomOf(event: ViewerEvent): string | undefined {
  if (event.__typename === 'NotificationAdded') return event.notification.room.id;
  return event.__typename === 'ViewerReadStateChanged' ? event.membership.room.id : undefined;
}

/** Returns the unread counts after an event of the viewer. */
function afterEvent(unread: Unread, event: ViewerEvent): Unread {
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
