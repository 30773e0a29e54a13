import '../style/directory.css';
import { useEffect, useMemo, useState } from 'react';
import { useData } from '../app/data.ts';
import { showOverlay } from '../app/overlays.ts';
import { navigate, roomPath } from '../app/router.ts';
import { useSettled } from '../app/settled.ts';
import { useTalk } from '../app/talk.tsx';
import { useChange } from '../app/use-change.ts';
import {
  DirectoryDocument,
  type DirectoryQuery,
  JoinRoomDocument,
  type RoomKind,
  UnarchiveRoomDocument,
} from '../documents.ts';
import { useLanguage } from '../words/language.tsx';
import { Directory, type DirectoryKind, type PublicRoom } from './directory.tsx';

type Listed = DirectoryQuery['rooms']['nodes'][number];

/** The public rooms of the server. */
export default function DirectoryPane() {
  const { announce } = useTalk();
  const { words, formats } = useLanguage();
  const [kind, setKind] = useState<DirectoryKind>('ALL');
  const [query, setQuery] = useState('');
  const wanted = useSettled(query.trim());
  const { rooms, isLoading, more } = useRooms(wanted, kind);
  const join = useChange(JoinRoomDocument);
  const unarchive = useChange(UnarchiveRoomDocument);
  const onJoin = async ({ id, href }: PublicRoom) => {
    if (await join({ input: { roomId: id } })) navigate(href);
  };
  useEffect(() => {
    if (wanted !== '' && !isLoading) announce(words.find.found(formats.number(rooms.length), rooms.length));
  }, [wanted, isLoading, rooms.length, announce, words, formats]);
  return (
    <Directory
      rooms={rooms}
      kind={kind}
      query={query}
      isLoading={isLoading}
      onKind={setKind}
      onQuery={setQuery}
      onNewRoom={() => showOverlay({ type: 'newRoom' })}
      onJoin={onJoin}
      onUnarchive={({ id }) => void unarchive({ input: { roomId: id } })}
      onMore={more}
    />
  );
}

function useRooms(query: string, kind: DirectoryKind) {
  const kinds = useMemo((): RoomKind[] => (kind === 'ALL' ? ['CHANNEL', 'STREAM'] : [kind]), [kind]);
  const [after, setAfter] = useState<string | null>(null);
  const search = query === '' ? null : query;
  const [{ data, fetching, stale }] = useData(DirectoryDocument, { query: search, kinds, after: null });
  useData(DirectoryDocument, after === null ? null : { query: search, kinds, after });
  const page = data?.rooms;
  const rooms = useMemo(() => (page?.nodes ?? []).filter(isOffered).map(rowOf), [page]);
  const end = page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  const isLoading = !page || fetching || (stale && rooms.length === 0);
  return { rooms, isLoading, more: () => end !== null && setAfter(end) };
}

/** Archived rooms are for those who can reopen them. */
function isOffered({ archivedAt, viewerPermissions }: Listed): boolean {
  return archivedAt === null || viewerPermissions.includes('ARCHIVE_ROOM');
}

function rowOf(room: Listed): PublicRoom {
  const { presence } = room;
  return {
    id: room.id,
    href: roomPath(room),
    kind: room.kind,
    name: room.name ?? '',
    topic: room.topic,
    hereCount: presence.onlineCount,
    memberCount: room.memberCount,
    faces: presence.present.map(({ user }) => user),
    isJoined: room.viewerMembership?.state === 'JOINED',
    isBanned: room.viewerMembership?.state === 'BANNED',
    isArchived: room.archivedAt !== null,
  };
}
