import type { RoomFields } from 'parley-client';
import '../style/overlays.css';
import { useData } from '../app/data.ts';
import { showNotice } from '../app/notice.tsx';
import { showOverlay } from '../app/overlays.ts';
import { roomPath } from '../app/router.ts';
import { useChange } from '../app/use-change.ts';
import { ArchiveRoomDocument, RoomRightsDocument, UnarchiveRoomDocument } from '../documents.ts';
import { copy } from '../log/copy.ts';
import { Menu, type MenuEntry } from '../overlays/menu.tsx';
import { OverPage } from '../overlays/over-page.tsx';
import { useLanguage } from '../words/language.tsx';
import type { Silence } from './use-silence.ts';

interface RoomMenuProps {
  roomId: string;
  name: string;
  /** The room as it is followed: the menu also opens without a connection. */
  known: RoomFields | null;
  anchor: HTMLElement;
  /** Null for those who are not members. */
  silence: Silence | null;
  onMembers: () => void;
  onClose: () => void;
}

/** What can be done with a room; what is not permitted is not shown. */
export default function RoomMenu({ roomId, known, name, anchor, silence, onMembers, onClose }: RoomMenuProps) {
  const { words } = useLanguage();
  const { room: text, roomMenu } = words;
  const [{ data }] = useData(RoomRightsDocument, { roomId });
  const archive = useChange(ArchiveRoomDocument);
  const unarchive = useChange(UnarchiveRoomDocument);
  const room = data?.room ?? known;
  if (!room) return null;
  const may = new Set(room.viewerPermissions);
  const membership = room.viewerMembership?.state === 'JOINED' ? room.viewerMembership : null;
  const isFixed = room.kind === 'DIRECT' || room.kind === 'SUPPORT';
  const item = (entry: Omit<Extract<MenuEntry, { type: 'item' }>, 'type'>, isShown = true): MenuEntry[] =>
    isShown ? [{ type: 'item', ...entry }] : [];
  const entries = [
    ...item({ icon: 'people', text: text.members, onChoose: onMembers }),
    ...item(
      { icon: 'addPerson', text: roomMenu.addPeople, onChoose: () => showOverlay({ type: 'addPeople', roomId }) },
      may.has('ADD_MEMBERS'),
    ),
    ...item({
      icon: 'link',
      text: roomMenu.copyLink,
      onChoose: () => void copy(location.origin + roomPath(room), words, showNotice),
    }),
    ...item(
      {
        icon: silence?.isSilenced ? 'bell' : 'bellOff',
        text: silence?.isSilenced ? roomMenu.unsilence : roomMenu.silence,
        onChoose: () => silence?.toggle(),
      },
      silence !== null,
    ),
    ...item(
      { icon: 'settings', text: roomMenu.settings, onChoose: () => showOverlay({ type: 'roomSettings', roomId }) },
      may.has('UPDATE_ROOM'),
    ),
    ...item(
      {
        icon: 'blockPerson',
        text: room.archivedAt ? roomMenu.unarchive : roomMenu.archive,
        onChoose: () => void (room.archivedAt ? unarchive : archive)({ input: { roomId } }),
      },
      may.has('ARCHIVE_ROOM'),
    ),
  ];
  const leave = item(
    {
      icon: 'enter',
      text: roomMenu.leave,
      isDestroying: true,
      onChoose: () => showOverlay({ type: 'leave', roomId, name }),
    },
    membership !== null && !isFixed,
  );
  const all: MenuEntry[] = leave.length > 0 ? [...entries, { type: 'line' }, ...leave] : entries;
  return (
    <OverPage>
      <Menu label={words.more} anchor={anchor} entries={all} onClose={onClose} />
    </OverPage>
  );
}
