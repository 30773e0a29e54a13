import { useLanguage } from '../words/language.tsx';

export type RoomEnd =
  | { type: 'removed'; room: string }
  | { type: 'banned'; room: string; until: string | null; reason: string | null }
  | { type: 'left' }
  | { type: 'gone' };

/** Says why a room can no longer be read, and where to go from here. */
export function EndedRoom({ end }: { end: RoomEnd }) {
  const { words, formats } = useLanguage();
  return (
    <div className="empty">
      <div>
        <h2>{textOf(end)}</h2>
        <div className="chips">
          <a className="button outlined" href="/">
            {words.room.backToChats}
          </a>
          <a className="button primary" href="/rooms">
            {words.inbox.publicRooms}
          </a>
        </div>
      </div>
    </div>
  );

  function textOf(how: RoomEnd): string {
    if (how.type === 'gone') return words.room.gone;
    if (how.type === 'left') return words.room.leftElsewhere;
    if (how.type === 'removed') return words.room.removed(how.room);
    return words.room.banned(how.room, how.until && formats.moment(how.until), how.reason);
  }
}
