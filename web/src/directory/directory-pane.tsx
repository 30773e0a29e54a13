import '../style/directory.css';
import { useMemo, useState } from 'react';
import { ConnectionTrouble } from '../app/connection-trouble.tsx';
import { showOverlay } from '../app/overlays.ts';
import { usePages } from '../app/pages.ts';
import { navigateLater, roomPath } from '../app/router.ts';
import { useSettled } from '../app/settled.ts';
import { useChange } from '../app/use-change.ts';
import {
  DirectoryDocument,
  type DirectoryQuery,
  JoinRoomDocument,
  type RoomKind,
  UnarchiveRoomDocument,
} from '../documents.ts';
import { Directory, type DirectoryKind, type PublicRoom } from './directory.tsx';

type Listed = DirectoryQuery['rooms']['nodes'][number];

/** The public rooms of the server. `asked`: what is looked for at first. */
export default function DirectoryPane({ asked = '' }: { asked?: string }) {
  const [kind, setKind] = useState<DirectoryKind>('ALL');
  const [query, setQuery] = useState(asked);
  const wanted = useSettled(query.trim());
  const { rooms, isLoading, more } = useRooms(wanted, kind);
  const join = useChange(JoinRoomDocument);
  const unarchive = useChange(UnarchiveRoomDocument);
  const onJoin = async ({ id, href }: PublicRoom) => {
    const lead = navigateLater();
    if (await join({ input: { roomId: id } })) lead(href);
  };
  return (
    <Directory
      rooms={rooms}
      kind={kind}
      query={query}
      isLoading={isLoading || wanted !== query.trim()}
      bar={<ConnectionTrouble />}
      onKind={setKind}
      onQuery={setQuery}
      onNewRoom={() => showOverlay({ type: 'newRoom' })}
      onJoin={onJoin}
      onUnarchive={({ id }) => void unarchive({ input: { roomId: id } })}
      onMore={more}
    />
  );
}

const pageOf = ({ rooms }: DirectoryQuery) => rooms;

function useRooms(query: string, kind: DirectoryKind) {
  const kinds = useMemo((): RoomKind[] => (kind === 'ALL' ? ['CHANNEL', 'STREAM'] : [kind]), [kind]);
  const variables = { query: query === '' ? null : query, kinds };
  const { nodes, fetching, stale, more } = usePages({ document: DirectoryDocument, variables, pageOf });
  const rooms = useMemo(() => (nodes ?? []).filter(isOffered).map(rowOf), [nodes]);
  const isLoading = !nodes || fetching || (stale && rooms.length === 0);
  return { rooms, isLoading, more };
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
