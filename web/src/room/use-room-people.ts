import type { RoomFields } from 'parley-client';
import { useMemo } from 'react';
import { useData } from '../app/data.ts';
import { useTalk } from '../app/talk.tsx';
import { type RoomName, RoomPeopleDocument } from '../documents.ts';
import type { Person, RoomRole } from '../people/person.ts';
import { useListedRoom } from './use-listed-room.ts';

export interface RoomPeople {
  /** Of the room, or of the others in a conversation. */
  name: string;
  /** The other one in a conversation of two. */
  other: Person | null;
  /** By user; others are members. */
  roles: ReadonlyMap<string, RoomRole>;
  createdBy: Person | null;
  people: ReadonlyMap<string, Person>;
}

/** Returns whom a room is with. */
export function useRoomPeople(room: RoomName | RoomFields): RoomPeople {
  const { viewer } = useTalk();
  const [{ data }] = useData(RoomPeopleDocument, { id: room.id });
  const listed = useListedRoom(room.id);
  const found = data?.room;
  return useMemo(() => {
    const members = (found ?? listed)?.members.nodes.map(({ user }) => user) ?? [];
    const others = members.filter(({ id }) => id !== viewer.id);
    return {
      name: room.name ?? others.map(({ displayName }) => displayName).join(', '),
      other: room.kind === 'DIRECT' ? (others[0] ?? null) : null,
      roles: new Map(found?.leaders.nodes.map(({ user, role }) => [user.id, role])),
      createdBy: found?.createdBy ?? null,
      people: new Map(members.map((user) => [user.id, user])),
    };
  }, [found, listed, room.name, room.kind, viewer.id]);
}
