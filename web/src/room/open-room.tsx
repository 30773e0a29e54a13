import { useRef } from 'react';
import { useData } from '../app/data.ts';
import { useTalk } from '../app/talk.tsx';
import { RoomByIdDocument, RoomBySlugDocument, type RoomName } from '../documents.ts';
import { AwaitedRoom } from './awaited-room.tsx';
import { endOf } from './end-of.ts';
import { EndedRoom } from './ended-room.tsx';
import { RoomFailed } from './room-failed.tsx';
import { RoomScreen } from './room-screen.tsx';
import { useListedRoom } from './use-listed-room.ts';

export interface OpenRoomProps {
  slug: string | null;
  id: string | null;
  /** The sequence of a message to show. */
  at: number | null;
  areMembersOpen: boolean;
  onMembers: () => void;
}

/** Finds the room of an address, and shows it or why it cannot be read. For another address, it is mounted anew. */
export function OpenRoom({ slug, id, at, areMembersOpen, onMembers }: OpenRoomProps) {
  const { parley } = useTalk();
  const [bySlug] = useData(RoomBySlugDocument, slug === null ? null : { slug });
  const [byId] = useData(RoomByIdDocument, id === null ? null : { id });
  const { fetching, stale, data, error } = slug === null ? byId : bySlug;
  const found = slug === null ? byId.data?.room : bySlug.data?.roomBySlug;
  const listed = useListedRoom(slug ?? id);
  const membership = slug === null ? byId.data?.viewer?.membership : bySlug.data?.viewer?.membershipBySlug;
  const isKnown = data !== undefined && !fetching && !stale;
  const open = useRef<RoomName>(null);
  // A room that ends while it is open stays: RoomEnding asks why, and the answer ends here what `found` was.
  open.current = found ?? (isKnown ? null : listed) ?? open.current;
  const room = open.current;
  if (room)
    return <RoomScreen key={room.id} room={parley.room(room.id)} known={room} {...{ at, areMembersOpen, onMembers }} />;
  return (
    <AwaitedRoom name={membership?.room.name ?? slug ?? ''}>
      {isKnown ? <EndedRoom end={endOf(membership)} /> : error && <RoomFailed />}
    </AwaitedRoom>
  );
}
