import type { Person, RoomKind } from '../people/person.ts';
import { useLanguage } from '../words/language.tsx';
import { OnlyTwo, RoomPortrait } from './room-portrait.tsx';

interface RoomCardProps {
  kind: RoomKind;
  name: string;
  topic: string | null;
  /** The other one in a conversation of two. */
  other: Person | null;
  createdBy: Person | null;
}

/** Stands above the first message of a room, and says what the room is. */
export function RoomCard({ kind, name, topic, other, createdBy }: RoomCardProps) {
  const { emptyRoom } = useLanguage().words;
  return (
    <div className="room-card">
      <RoomPortrait kind={kind} other={other} />
      <h2 className="cut" dir="auto">
        {name}
      </h2>
      {topic && <p dir="auto">{topic}</p>}
      {other ? (
        <OnlyTwo other={other} />
      ) : (
        createdBy && <p className="by">{emptyRoom.createdBy(createdBy.displayName)}</p>
      )}
    </div>
  );
}
