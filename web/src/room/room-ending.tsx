import { useEffect, useRef } from 'react';
import { useData } from '../app/data.ts';
import { useTalk } from '../app/talk.tsx';
import { RoomByIdDocument } from '../documents.ts';
import { useLanguage } from '../words/language.tsx';
import { endOf } from './end-of.ts';
import { EndedRoom, endText } from './ended-room.tsx';
import { RoomFailed } from './room-failed.tsx';

/** Says why a room that was open can no longer be read. */
export function RoomEnding({ roomId, name }: { roomId: string; name: string }) {
  const { announce } = useTalk();
  const language = useLanguage();
  const heading = useRef<HTMLHeadingElement>(null);
  const [{ data, fetching, stale, error }] = useData(RoomByIdDocument, { id: roomId });
  const isKnown = data !== undefined && !fetching && !stale;
  const end = isKnown ? endOf(data.viewer?.membership, name) : null;
  const isThere = end?.type === 'gone' && data?.room != null;
  const text = end && endText(end, language);
  const isOwnAct = end?.type === 'left';
  useEffect(() => {
    if (text) announce(text, isOwnAct ? 'polite' : 'assertive');
    if (document.activeElement === document.body) heading.current?.focus(); // it was in the composer, which is gone
  }, [text, isOwnAct, announce]);
  if (end && !isThere) return <EndedRoom end={end} ref={heading} />;
  return end || error ? <RoomFailed /> : <div className="grow" />;
}
