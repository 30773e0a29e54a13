import { RoomAvatar } from '../people/avatar.tsx';
import type { RoomKind } from '../people/person.ts';
import { Icon } from '../style/icon.tsx';
import { useLanguage } from '../words/language.tsx';

interface EmptyRoomProps {
  kind: RoomKind;
  isOwn: boolean;
  isPublic: boolean;
  mayAddPeople: boolean;
  onHello?: (text: string) => void;
  onAddPeople?: () => void;
  onCopyLink?: () => void;
}

/** Invites to write the first message of a room. */
export function EmptyRoom(props: EmptyRoomProps) {
  const { words } = useLanguage();
  const { room } = words;
  return (
    <div className="empty">
      <div>
        <span className="empty-avatar">
          <RoomAvatar kind={props.kind} size={64} />
        </span>
        <h2>{room.emptyTitle}</h2>
        {props.isOwn && <p>{room.emptyOwn}</p>}
        {props.isPublic && <p>{room.emptyPublic}</p>}
        <div className="chips">
          <button type="button" className="chip" onClick={() => props.onHello?.(`👋 ${room.hello}`)}>
            👋 {room.hello}
          </button>
          {props.mayAddPeople && (
            <button type="button" className="chip" onClick={props.onAddPeople}>
              <Icon name="addPerson" size={16} />
              {room.addPeople}
            </button>
          )}
          <button type="button" className="chip" onClick={props.onCopyLink}>
            <Icon name="link" size={16} />
            {room.copyLink}
          </button>
        </div>
      </div>
    </div>
  );
}
