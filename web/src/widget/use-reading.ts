import type { MessageItem, Room, RoomState } from 'parley-client';
import { type RefObject, useCallback, useEffect, useState } from 'react';

/** A row counts as read after so long in view. */
const inViewMs = 500;

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
  const readState = ('fields' in state && state.fields?.viewerMembership?.readState) || null;
  const [ownRead, setOwnRead] = useState(0);
  const read = Math.max(ownRead, readState?.lastReadSequence ?? 0);
  const isMember = readState !== null;
  const raise = useCallback(
    (sequence: number) => {
      if (!isMember || sequence <= read) return;
      room.markRead(sequence);
      setOwnRead(sequence);
    },
    [room, isMember, read],
  );
  useEffect(() => {
    const look = () => raise(newestInView(log.current, items));
    const onChange = () => {
      clearTimeout(timer);
      timer = setTimeout(look, inViewMs);
    };
    let timer = setTimeout(look, inViewMs);
    const at = log.current;
    at?.addEventListener('scroll', onChange, { passive: true });
    addEventListener('focus', onChange);
    addEventListener('scroll', onChange, { passive: true });
    return () => {
      clearTimeout(timer);
      at?.removeEventListener('scroll', onChange);
      removeEventListener('focus', onChange);
      removeEventListener('scroll', onChange);
    };
  }, [raise, items, log]);
  const counted = items.filter((item) => isUnread(item, read, viewerId)).length;
  const known = ownRead === 0 ? (readState?.unreadCount.value ?? 0) : 0;
  const unread = isMember ? Math.max(counted, known) : 0;
  useEffect(() => onUnread(unread), [onUnread, unread]);
  return () => raise(items.findLast(({ sending }) => !sending)?.sequence ?? 0);
}

function isUnread({ kind, author, sequence, sending }: MessageItem, read: number, viewerId: string | null): boolean {
  return kind === 'USER' && !sending && sequence > read && author?.id !== viewerId;
}

/** Returns the sequence of the newest message that is wholly in view; 0 if nobody looks. */
function newestInView(log: HTMLElement | null, items: readonly MessageItem[]): number {
  if (!log || document.visibilityState !== 'visible' || !document.hasFocus()) return 0;
  const bottom = Math.min(log.getBoundingClientRect().bottom, innerHeight) + 1;
  const rows = [...log.querySelectorAll<HTMLElement>('[data-id]')];
  const row = rows.findLast((one) => one.getBoundingClientRect().bottom <= bottom);
  return items.find(({ id, sending }) => !sending && id === row?.dataset.id)?.sequence ?? 0;
}
