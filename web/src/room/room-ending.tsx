import { useEffect } from 'react';
import { useData } from '../app/data.ts';
import { useTalk } from '../app/talk.tsx';
import { RoomByIdDocument } from '../documents.ts';
import { useLanguage } from '../words/language.tsx';
import { endOf } from './end-of.ts';
import { EndedRoom } from './ended-room.tsx';

/** Says why a room that was open can no longer be read. */
export function RoomEnding({ roomId, name }: { roomId: string; name: string }) {
  const { announce } = useTalk();
  const { words } = useLanguage();
  const [{ data, fetching, stale }] = useData(RoomByIdDocument, { id: roomId });
  const end = fetching || stale || !data ? null : endOf(data.viewer?.membership, name);
  const isRemoved = end?.type === 'removed' || end?.type === 'banned';
  useEffect(() => {
    if (isRemoved) announce(words.room.removed(name), 'assertive');
  }, [isRemoved, announce, words, name]);
  return end ? <EndedRoom end={end} /> : <div className="grow" />;
}
