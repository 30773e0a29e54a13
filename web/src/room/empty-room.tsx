import type { LogItem } from '../log/items.ts';
import { SystemLine } from '../log/lines.tsx';
import type { Person, RoomKind } from '../people/person.ts';
import { firstName } from '../people/typing.tsx';
import { Icon } from '../style/icon.tsx';
import { useLanguage } from '../words/language.tsx';
import { OnlyTwo, RoomPortrait } from './room-portrait.tsx';

interface EmptyRoomProps {
  kind: RoomKind;
  /** The other one in a conversation of two. */
  other: Person | null;
  isPublic: boolean;
  mayWrite: boolean;
  mayAddPeople: boolean;
  /** Who came and went: the inbox tells of the last of them. */
  lines?: readonly LogItem[];
  onHello?: (text: string) => void;
  onAddPeople?: () => void;
  onCopyLink?: () => void;
}

/** Invites to write the first message of a room. */
export function EmptyRoom(props: EmptyRoomProps) {
  const { emptyRoom } = useLanguage().words;
  const { other } = props;
  return (
    <div className="empty-room">
      <div className="empty">
        <div>
          <span className="empty-avatar">
            <RoomPortrait kind={props.kind} other={other} />
          </span>
          <h2>{emptyRoom.title}</h2>
          {other && <OnlyTwo other={other} />}
          {props.isPublic && <p>{emptyRoom.public}</p>}
          <div className="chips">
            <Chips {...props} />
          </div>
        </div>
      </div>
      {props.lines?.map((item) => item.type === 'system' && <SystemLine key={item.key} item={item} />)}
    </div>
  );
}

function Chips({ kind, other, mayWrite, mayAddPeople, onHello, onAddPeople, onCopyLink }: EmptyRoomProps) {
  const { emptyRoom, roomMenu } = useLanguage().words;
  const hello = `👋 ${other ? emptyRoom.helloTo(firstName(other)) : emptyRoom.hello}`;
  return (
    <>
      {mayWrite && (
        <button type="button" className="chip" onClick={() => onHello?.(hello)}>
          {hello}
        </button>
      )}
      {mayAddPeople && (
        <button type="button" className="chip" onClick={onAddPeople}>
          <Icon name="addPerson" size={16} />
          {roomMenu.addPeople}
        </button>
      )}
      {kind !== 'DIRECT' && (
        <button type="button" className="chip" onClick={onCopyLink}>
          <Icon name="link" size={16} />
          {roomMenu.copyLink}
        </button>
      )}
    </>
  );
}
