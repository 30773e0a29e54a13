import { useEffect } from 'react';
import { useData } from '../app/data.ts';
import { useTalk } from '../app/talk.tsx';
import { RoomByIdDocument } from '../documents.ts';
import { useLanguage } from '../words/language.tsx';
import { endOf } from './end-of.ts';
import { EndedRoom } from './ended-room.tsx';
import { RoomFailed } from './room-failed.tsx';

/** Says why a room that was open can no longer be read. */
export function RoomEnding({ roomId, name }: { roomId: string; name: string }) {
  const { announce } = useTalk();
  const { words } = useLanguage();
  const [{ data, fetching, stale, error }] = useData(RoomByIdDocument, { id: roomId });
  const isKnown = data !== undefined && !fetching && !stale;
  const end = isKnown ? endOf(data.viewer?.membership, name) : null;
  const isThere = end?.type === 'gone' && data?.room != null;
  const isRemoved = end?.type === 'removed' || end?.type === 'banned';
  useEffect(() => {
    if (isRemoved) announce(words.room.removed(name), 'assertive');
  }, [isRemoved, announce, words, name]);
  if (end && !isThere) return <EndedRoom end={end} />;
  return end || error ? <RoomFailed /> : <div className="grow" />;
}
