import { useStore } from 'parley-client/react';
import { useEffect } from 'react';
import { useLanguage } from '../words/language.tsx';
import { Value } from './value.ts';

const openRoom = new Value<string | null>(null);

/** Names the room that is open in the title of the document. */
export function useRoomInTitle(name: string): void {
  useEffect(() => {
    openRoom.set(name || null);
    return () => openRoom.set(null);
  }, [name]);
}

/** Says in the title of the document how much is unread and which room is open. */
export function useTitle(unreadRooms: number): void {
  const { words, formats } = useLanguage();
  const room = useStore(openRoom);
  const count = unreadRooms > 0 ? `(${formats.number(unreadRooms)}) ` : '';
  const title = count + (room === null ? words.product : `${room} · ${words.product}`);
  useEffect(() => {
    document.title = title;
  }, [title]);
}
