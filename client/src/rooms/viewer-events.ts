import type { Parley, ViewerEvent } from '../api.ts';
import { restartMs } from '../base/backoff.ts';
import { createAlarm } from '../base/clock.ts';
import type { Core } from '../base/core.ts';
import { createHeld } from '../base/held.ts';
import { Listeners } from '../base/store.ts';
import { type NotificationFields, ViewerEventsDocument, type ViewerEventsSubscription } from '../documents.ts';
import { createUnreadCounts } from './unread-counts.ts';

type ViewerSnapshot = Extract<ViewerEvent, { readonly __typename: 'ViewerSnapshot' }>;

/** Follows what concerns the viewer in all rooms: unread counts and notifications. */
export function followViewer(core: Core): Pick<Parley, 'unread' | 'onNotification' | 'onViewerEvent'> {
  const unread = createUnreadCounts(core);
  const notifications = new Listeners<[NotificationFields]>(core.listenerFailed);
  const events = new Listeners<[ViewerEvent]>(core.listenerFailed);
  /** The newest notification that was pending at the start or came since: an older one is not announced any more. */
  let newest: string | undefined;
  core.onEnd(() => {
    for (const each of [unread.value, notifications, events]) each.clear();
  });
  const held = createHeld(core, start);
  core.userChanged.add(() => {
    newest = undefined;
    unread.forget();
    held.restart();
  });
  return {
    unread: held.store(unread.value),
    onNotification: (listener) => held.with(notifications.add(listener)),
    onViewerEvent: (listener) => held.with(events.add(listener)),
  };

  function start(): () => void {
    const again = createAlarm(core.clock);
    const running = core.run({
      payload: () => ({ query: ViewerEventsDocument.query }),
      next({ data }) {
        if (data) take((data as ViewerEventsSubscription).viewerEvents);
      },
      ended(error) {
        // Nobody is signed in. Anything else may pass, such as an answer of an older server.
        if (error?.code !== 'UNAUTHENTICATED') again(restartMs, held.restart);
      },
    });
    return () => {
      again();
      unread.stop();
      running.end();
    };
  }

  function take(event: ViewerEvent): void {
    if (event.__typename === 'ViewerSnapshot') {
      unread.begin(event.unread.messages);
      catchUp(event);
    } else if (event.__typename === 'NotificationAdded') {
      unread.add(event.notification);
      notify(event.notification);
    } else if (event.__typename === 'ViewerReadStateChanged') {
      unread.set(event.membership.room.id, event.membership.readState, event.unread.messages);
    } else if (event.__typename === 'MembershipChangedEvent') {
      const { room, state } = event.membership;
      if (state === 'JOINED') core.joined.call(room.id);
      else unread.set(room.id, null);
    } else if (event.__typename === 'SessionExpiring') core.expiring();
    events.call(event);
  }

  /** Notifies of what came while there was no connection. What was pending at the start is not new. */
  function catchUp({ pendingNotifications, pendingCount }: ViewerSnapshot): void {
    const before = newest;
    // The snapshot has the oldest ones: if there are more, the newest is not among them.
    const isCut = pendingCount.value > pendingNotifications.length;
    newest ??= isCut ? new Date(core.clock.now()).toISOString() : '';
    for (const each of pendingNotifications) {
      const place = placeOf(each);
      if (before !== undefined && place > before) notify(each);
      else if (place > newest) newest = place;
    }
  }

  function notify(notification: NotificationFields): void {
    const place = placeOf(notification);
    if (place > (newest ?? '')) newest = place;
    notifications.call(notification);
  }
}

/** Later ones have greater places. */
const placeOf = ({ createdAt, id }: NotificationFields): string => `${createdAt} ${id}`;
