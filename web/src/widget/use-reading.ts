import type { MessageItem, Room, RoomState } from 'parley-client';
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { isAttentive } from '../app/attentive.ts';

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
  const newest = useRef<() => number>(() => 0);
  const mark = useRef(raise);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const look = useCallback(() => {
    // New messages do not start the time again: in a busy stream it would never end.
    if (timer.current !== undefined) return;
    const before = newest.current();
    timer.current = setTimeout(() => {
      timer.current = undefined;
      const now = newest.current();
      mark.current(Math.min(before, now));
      if (now > before) look();
    }, inViewMs);
  }, []);
  useEffect(() => {
    newest.current = () => newestInView(log.current, items);
    mark.current = raise;
    look();
  }, [raise, items, log, look]);
  useEffect(() => {
    const at = log.current;
    at?.addEventListener('scroll', look, { passive: true });
    addEventListener('focus', look);
    addEventListener('scroll', look, { passive: true });
    document.addEventListener('visibilitychange', look);
    return () => {
      clearTimeout(timer.current);
      timer.current = undefined;
      at?.removeEventListener('scroll', look);
      removeEventListener('focus', look);
      removeEventListener('scroll', look);
      document.removeEventListener('visibilitychange', look);
    };
  }, [log, look]);
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
  if (!log || !isAttentive()) return 0;
  const bottom = Math.min(log.getBoundingClientRect().bottom, innerHeight) + 1;
  const rows = [...log.querySelectorAll<HTMLElement>('[data-id]')];
  const row = rows.findLast((one) => one.getBoundingClientRect().bottom <= bottom);
  return items.find(({ id, sending }) => !sending && id === row?.dataset.id)?.sequence ?? 0;
}
