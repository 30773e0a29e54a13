import type { MessageItem, Room } from 'parley-client';
import type { RoomFields } from 'parley-client/documents';
import type { Messages } from 'parley-client/react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { isAttentive } from '../app/attentive.ts';
import type { NewFrom } from '../log/items.ts';
import { isNews, lastStored, oneMore } from '../log/news.ts';

/** At the end of the log, so many messages have rows. */
const mostRows = 200;
const moreRows = 50;

/** With which message the rows begin. */
type Start = 'newest' | 'oldest' | { id: string };

interface NewFromOptions {
  room: Room;
  viewerId: string | null;
  fields: RoomFields | null;
}

interface ShownOptions extends NewFromOptions {
  messages: Messages;
}

/** Decides which messages have rows: the newest ones, and older ones while one reads there. */
export function useShown({ messages, ...newFromOptions }: ShownOptions) {
  const { viewerId } = newFromOptions;
  const { items, hasOlder, isLoading, loadOlder } = messages;
  const [start, setStart] = useState<Start>('newest');
  const [leftAt, setLeftAt] = useState<number | null>(null);
  const first = firstOf(items, start);
  const shown = useMemo(() => items.slice(first), [items, first]);
  const latest = useRef({ items, first, hasOlder, isLoading });
  latest.current = { items, first, hasOlder, isLoading };
  const onTop = useCallback(() => {
    const now = latest.current;
    if (now.first > 0) setStart({ id: now.items[Math.max(0, now.first - moreRows)]!.id });
    else if (now.hasOlder && !now.isLoading) {
      setStart('oldest');
      void loadOlder();
    }
  }, [loadOlder]);
  const follow = useCallback((isAtEnd: boolean) => {
    const now = latest.current;
    const here = now.items[now.first];
    if (isAtEnd) setStart('newest');
    else if (here) setStart((known) => (known === 'newest' ? { id: here.id } : known));
    setLeftAt(isAtEnd ? null : lastStored(now.items));
  }, []);
  const newBelow =
    leftAt === null ? 0 : items.filter((item) => isNews(item, viewerId) && item.sequence > leftAt).length;
  const [newFrom, endNew] = useNewFrom(newFromOptions);
  return { items: shown, newBelow, newFrom, endNew, onTop, follow };
}

function firstOf(items: readonly MessageItem[], start: Start): number {
  if (start === 'oldest') return 0;
  const from = start === 'newest' ? items.length - mostRows : items.findIndex(({ id }) => id === start.id);
  return Math.max(0, from);
}

/** Where the new messages began when the room was opened or nobody looked, and what ends that. It does not move while one reads. */
function useNewFrom({ room, fields, viewerId }: NewFromOptions): [NewFrom | null, end: () => void] {
  const opened = useRef<NewFrom | null>(null);
  const isOpened = useRef(false);
  if (fields && !isOpened.current) {
    isOpened.current = true;
    const { firstUnreadMessage, unreadCount } = fields.viewerMembership?.readState ?? {};
    if (firstUnreadMessage && unreadCount?.value)
      opened.current = { messageId: firstUnreadMessage.id, count: unreadCount.value, isCapped: unreadCount.isCapped };
  }
  const [since, setSince] = useState<NewFrom | 'opened' | null>('opened');
  useEffect(() => {
    let isAway = false;
    const end = room.onEvent((event) => {
      if (event.__typename !== 'MessageAddedEvent' || !isNews(event.message, viewerId) || isAttentive()) return;
      const goesOn = isAway;
      isAway = true;
      setSince((before) => oneMore(goesOn && before !== 'opened' ? before : null, event.message.id));
    });
    const attend = () => {
      isAway = false;
    };
    addEventListener('focus', attend);
    return () => {
      end();
      removeEventListener('focus', attend);
    };
  }, [room, viewerId]);
  return [since === 'opened' ? opened.current : since, () => setSince(null)];
}
