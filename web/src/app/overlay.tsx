import '../style/overlays.css';
import { NewRoom } from '../directory/new-room.tsx';
import { Finder } from '../find/finder.tsx';
import { AddPeople, Write } from '../find/write.tsx';
import { BanMember } from '../members/ban-member.tsx';
import { SignOut } from '../profile/sign-out.tsx';
import { LeaveRoom } from '../room/leave-room.tsx';
import { RoomSettings } from '../room/room-settings.tsx';
import type { Overlay } from './overlays.ts';
import { ShortcutList } from './shortcut-list.tsx';

/** The dialog that lies over the page. */
export default function OpenOverlay({ overlay, onClose }: { overlay: Overlay; onClose: () => void }) {
  switch (overlay.type) {
    case 'find':
      return <Finder onClose={onClose} />;
    case 'shortcuts':
      return <ShortcutList onClose={onClose} />;
    case 'write':
      return <Write onClose={onClose} />;
    case 'newRoom':
      return <NewRoom onClose={onClose} />;
    case 'addPeople':
      return <AddPeople {...overlay} onClose={onClose} />;
    case 'roomSettings':
      return <RoomSettings {...overlay} onClose={onClose} />;
    case 'leave':
      return <LeaveRoom {...overlay} onClose={onClose} />;
    case 'ban':
      return <BanMember {...overlay} onClose={onClose} />;
    case 'signOut':
      return <SignOut onClose={onClose} />;
  }
}
