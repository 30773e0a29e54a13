import { useData } from '../app/data.ts';
import { useTalk } from '../app/talk.tsx';
import { RoomByIdDocument, RoomBySlugDocument } from '../documents.ts';
import { endOf } from './end-of.ts';
import { EndedRoom } from './ended-room.tsx';
import { RoomPane } from './room-pane.tsx';
import { RoomScreen } from './room-screen.tsx';

export interface OpenRoomProps {
  slug: string | null;
  id: string | null;
  /** The sequence of a message to show. */
  at: number | null;
  areMembersOpen: boolean;
  onMembers: () => void;
}

/** Finds the room of an address, and shows it or why it cannot be read. */
export function OpenRoom({ slug, id, at, areMembersOpen, onMembers }: OpenRoomProps) {
  const { parley } = useTalk();
  const [bySlug] = useData(RoomBySlugDocument, slug === null ? null : { slug });
  const [byId] = useData(RoomByIdDocument, id === null ? null : { id });
  const { fetching, stale, data } = slug === null ? byId : bySlug;
  const room = slug === null ? byId.data?.room : bySlug.data?.roomBySlug;
  const membership = slug === null ? byId.data?.viewer?.membership : bySlug.data?.viewer?.membershipBySlug;
  if (room)
    return <RoomScreen key={room.id} room={parley.room(room.id)} known={room} {...{ at, areMembersOpen, onMembers }} />;
  const isKnown = data !== undefined && !fetching && !stale;
  return (
    <RoomPane name={slug ?? ''} head={<div className="pane-head" />}>
      {isKnown ? <EndedRoom end={endOf(membership)} /> : <div className="grow" />}
    </RoomPane>
  );
}
