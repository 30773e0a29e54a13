import type { Ref } from 'react';
import { type Language, useLanguage } from '../words/language.tsx';

export type RoomEnd =
  /** `room`: its name; null if it is not known. */
  | { type: 'removed'; room: string | null }
  | { type: 'banned'; room: string | null; until: string | null; reason: string | null }
  | { type: 'left' }
  | { type: 'gone' };

/** Says why a room can no longer be read, and where to go from here. */
export function EndedRoom({ end, ref }: { end: RoomEnd; ref?: Ref<HTMLHeadingElement> }) {
  const { words, formats } = useLanguage();
  return (
    <div className="empty">
      <div>
        <h2 ref={ref} tabIndex={-1}>
          {endText(end, { words, formats })}
        </h2>
        <div className="chips">
          <a className="button outlined" href="/">
            {words.onlyOnPage.backToChats}
          </a>
          <a className="button primary" href="/rooms">
            {words.inbox.publicRooms}
          </a>
        </div>
      </div>
    </div>
  );
}

/** Returns why a room can no longer be read, in words. */
export function endText(end: RoomEnd, { words, formats }: Language): string {
  if (end.type === 'gone') return words.room.gone;
  if (end.type === 'left') return words.room.left;
  if (end.type === 'removed') return words.room.removed(end.room);
  return words.room.banned(end.room, end.until && formats.moment(end.until), end.reason);
}
