import type { MessageItem, Room, RoomState } from 'parley-client';
import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { isAttentive } from '../app/attentive.ts';
import { isNews, lastStored } from '../log/news.ts';
import { Reading } from '../log/reading.ts';

interface ReadingOptions {
  room: Room;
  state: RoomState;
  items: readonly MessageItem[];
  viewerId: string | null;
  log: RefObject<HTMLElement | null>;
  onUnread: (count: number) => void;
}

/** Marks messages as read once they were in view of an attentive visitor, and counts the others. Returns what reads all. */
export function useReading({ room, state, items, viewerId, log, onUnread }: ReadingOptions): () => void {
  const membership = ('fields' in state && state.fields?.viewerMembership) || null;
  // Only members may mark as read. Someone who has left still reads a public room.
  const readState = membership?.state === 'JOINED' ? membership.readState : null;
  const [ownRead, setOwnRead] = useState(0);
  const reading = useMemo(
    () =>
      new Reading((upTo) => {
        room.markRead(upTo);
        setOwnRead(upTo);
      }),
    [room],
  );
  const look = useRef(() => {});
  look.current = () => {
    // Its end may be out of sight: the host page scrolls too.
    if (readState && log.current && isAttentive())
      reading.looked(log.current, { messages: items, last: lastStored(items), isAtEnd: false });
  };
  useEffect(() => {
    if (readState) reading.begin(readState.lastReadSequence, `${viewerId} ${room.id}`);
    else reading.stop();
    look.current();
  });
  useEffect(() => {
    const at = log.current;
    const onMove = () => look.current();
    at?.addEventListener('scroll', onMove, { passive: true });
    addEventListener('focus', onMove);
    addEventListener('scroll', onMove, { passive: true });
    document.addEventListener('visibilitychange', onMove);
    return () => {
      reading.stop();
      at?.removeEventListener('scroll', onMove);
      removeEventListener('focus', onMove);
      removeEventListener('scroll', onMove);
      document.removeEventListener('visibilitychange', onMove);
    };
  }, [log, reading]);
  const read = Math.max(ownRead, readState?.lastReadSequence ?? 0);
  const counted = items.filter((item) => isNews(item, viewerId) && item.sequence > read).length;
  const known = ownRead === 0 ? (readState?.unreadCount.value ?? 0) : 0;
  const unread = readState ? Math.max(counted, known) : 0;
  useEffect(() => onUnread(unread), [onUnread, unread]);
  return () => {
    if (readState) reading.all(lastStored(items));
  };
}
