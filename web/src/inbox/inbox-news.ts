import type { NotificationFields, Parley, RoomEventFields } from 'parley-client';
import { useEffect, useRef, useState } from 'react';
import type { InboxMembership } from '../documents.ts';

export type Latest = NonNullable<InboxMembership['room']['latestMessage']>;
type Count = { readonly value: number; readonly isCapped: boolean };

/** What has happened in a room since its row was fetched. */
export interface RoomNews {
  latest: Latest | null;
  /** The sequences of messages that the server has notified of. */
  notified: readonly number[];
  /** What the viewer has read since, on any device. `upTo`: the newest message that it may count. */
  read: { unread: Count; lastReadSequence: number; upTo: number } | null;
}

export type News = ReadonlyMap<string, RoomNews>;

const nothing: RoomNews = { latest: null, notified: [], read: null };
const keptSequences = 100;
/** More often than four times a second, moving rows cannot be read, and a busy room would render the list each time. */
const everyMs = 250;

interface Follow {
  parley: Parley;
  openRoomId: string | null;
  /** A row has to be fetched; null: the list has to. */
  onStale: (roomId: string | null) => void;
}

/** Follows what happens in all rooms, without a request for each message: the events have what a row shows. */
export function useInboxNews({ parley, openRoomId, onStale }: Follow): News {
  const known = useRef(new Map<string, RoomNews>());
  const [news, setNews] = useState<News>(new Map());
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const stale = useRef(onStale);
  stale.current = onStale;
  const change = useRef((roomId: string, to: (news: RoomNews) => RoomNews) => {
    known.current.set(roomId, to(known.current.get(roomId) ?? nothing));
    timer.current ??= setTimeout(() => {
      timer.current = null;
      setNews(new Map(known.current));
    }, everyMs);
  });
  useEffect(() => () => clearTimeout(timer.current ?? undefined), []);
  useEffect(() => {
    let snapshots = 0;
    return parley.onViewerEvent((event) => {
      if (event.__typename === 'NotificationAdded') {
        const { room, message } = event.notification;
        change.current(room.id, (before) => afterNotification(before, message));
      } else if (event.__typename === 'ViewerReadStateChanged') {
        const { room, readState } = event.membership;
        if (readState) change.current(room.id, (before) => afterReading(before, readState));
        // Its newest message may be one that nobody notifies the viewer of, such as their own from another device.
        if (room.id !== openRoom.current) stale.current(room.id);
      } else if (event.__typename === 'MembershipChangedEvent') stale.current(null);
      else if (event.__typename === 'ViewerSnapshot') {
        if (snapshots > 0) stale.current(null); // what happened without a connection was not told
        snapshots++;
      }
    });
  }, [parley]);
  const openRoom = useRef(openRoomId);
  openRoom.current = openRoomId;
  useEffect(() => {
    if (openRoomId === null) return;
    const end = parley.room(openRoomId).onEvent((event) => {
      if (event.__typename === 'RoomUpdatedEvent') stale.current(openRoomId);
      else change.current(openRoomId, (before) => afterRoomEvent(before, event));
    });
    return end;
  }, [parley, openRoomId]);
  return news;
}

function afterNotification(news: RoomNews, message: NotificationFields['message']): RoomNews {
  const { sequence } = message;
  if (news.notified.includes(sequence)) return news;
  return { ...news, latest: newer(news.latest, message), notified: [...news.notified, sequence].slice(-keptSequences) };
}

interface ReadState {
  readonly lastReadSequence: number;
  readonly newestSequence: number;
  readonly unreadCount: Count;
}

function afterReading(news: RoomNews, { lastReadSequence, newestSequence, unreadCount }: ReadState): RoomNews {
  return { ...news, read: { unread: unreadCount, lastReadSequence, upTo: newestSequence } };
}

function afterRoomEvent(news: RoomNews, event: RoomEventFields): RoomNews {
  if (!('message' in event)) return news;
  const { message } = event;
  const isLatest = news.latest === null || message.sequence >= news.latest.sequence;
  if (event.__typename !== 'MessageAddedEvent' && news.latest?.id !== message.id) return news;
  return isLatest ? { ...news, latest: message } : news;
}

function newer(known: Latest | null, message: Latest): Latest {
  return known && known.sequence > message.sequence ? known : message;
}

/** Returns the newest message that is known of a room. */
export function latestOf({ room }: InboxMembership, news: RoomNews = nothing): Latest | null {
  const { latestMessage } = room;
  return news.latest && news.latest.sequence >= (latestMessage?.sequence ?? 0) ? news.latest : latestMessage;
}

/** Returns how much is unread in a room, by the server's numbers: each message is counted once. */
export function unreadOf({ room, readState }: InboxMembership, news: RoomNews = nothing): Count {
  const fetched = readState && {
    unread: readState.unreadCount,
    lastReadSequence: readState.lastReadSequence,
    upTo: room.latestMessage?.sequence ?? 0,
  };
  const { read, notified } = news;
  const isFetchedNewer =
    !read || (fetched && fetched.upTo >= read.upTo && fetched.lastReadSequence >= read.lastReadSequence);
  const base = isFetchedNewer ? fetched : read;
  if (!base) return { value: 0, isCapped: false };
  const more = notified.filter((sequence) => sequence > base.upTo && sequence > base.lastReadSequence).length;
  const { value, isCapped } = base.unread;
  return { value: isCapped ? value : value + more, isCapped };
}
