import { Avatar, RoomAvatar } from '../people/avatar.tsx';
import type { Person, RoomKind } from '../people/person.ts';
import { useLanguage } from '../words/language.tsx';

/** Shows a room large: as the other one in a conversation of two. */
export function RoomPortrait({ kind, other }: { kind: RoomKind; other: Person | null }) {
  return other ? <Avatar person={other} size={64} /> : <RoomAvatar kind={kind} size={64} />;
}

/** Says who reads a conversation of two. */
export function OnlyTwo({ other }: { other: Person }) {
  const { emptyRoom } = useLanguage().words;
  return <p>{emptyRoom.direct(other.displayName)}</p>;
}
