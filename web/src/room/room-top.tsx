import type { Presence, PresenceStatus } from 'parley-client';
import { usePresence } from 'parley-client/react';
import { lazy, Suspense, useMemo, useState } from 'react';
import { navigate } from '../app/router.ts';
import { useIsPhone } from '../app/screen.ts';
import { typingText } from '../people/typing.tsx';
import { useLanguage } from '../words/language.tsx';
import { RoomHead } from './room-head.tsx';
import type { LiveRoom } from './use-live-room.ts';
import { useSilence } from './use-silence.ts';

const RoomMenu = lazy(() => import('./room-menu.tsx'));

interface RoomTopProps {
  live: LiveRoom;
  areMembersOpen: boolean;
  onMembers: () => void;
}

/** The header of a room, with what is known of it now, and its menu. */
export function RoomTop({ live, areMembersOpen, onMembers }: RoomTopProps) {
  const { words } = useLanguage();
  const { room, people, isConnected, typists } = live;
  const presence = usePresence(useMemo(() => [room.id], [room.id]));
  const silence = useSilence(live.fields);
  const [menuAt, setMenuAt] = useState<HTMLElement | null>(null);
  const { other } = people;
  return (
    <>
      <RoomHead
        kind={live.kind}
        name={people.name}
        topic={live.topic}
        other={other}
        presence={isConnected && other ? statusOf(presence, { roomId: room.id, userId: other.id }) : null}
        hereCount={isConnected ? (presence.rooms.get(room.id)?.onlineCount ?? null) : null}
        typing={typists.length > 0 ? typingText(typists, words) : null}
        isPhone={useIsPhone()}
        areMembersOpen={areMembersOpen}
        isSilenced={silence.isSilenced}
        onBack={() => (history.length > 1 ? history.back() : navigate('/'))}
        onMembers={onMembers}
        onSilence={silence.toggle}
        onMenu={setMenuAt}
      />
      <Suspense>
        {menuAt && (
          <RoomMenu
            roomId={room.id}
            name={people.name}
            anchor={menuAt}
            silence={live.isMember ? silence : null}
            onMembers={onMembers}
            onClose={() => setMenuAt(null)}
          />
        )}
      </Suspense>
    </>
  );
}

interface Whom {
  roomId: string;
  userId: string;
}

/** Returns the status of somebody in a room; null before the server has said who is there. */
function statusOf({ rooms, users }: Presence, { roomId, userId }: Whom): PresenceStatus | null {
  return rooms.has(roomId) ? (users.get(userId)?.status ?? 'OFFLINE') : null;
}
