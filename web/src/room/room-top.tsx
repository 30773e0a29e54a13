import type { Presence } from 'parley-client';
import { usePresence } from 'parley-client/react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useData } from '../app/data.ts';
import { Later } from '../app/later.tsx';
import { navigate } from '../app/router.ts';
import { useIsPhone } from '../app/screen.ts';
import { PersonCardDocument } from '../documents.ts';
import { typingText } from '../people/typing.tsx';
import { useLanguage } from '../words/language.tsx';
import { RoomHead } from './room-head.tsx';
import type { LiveRoom } from './use-live-room.ts';
import { useSilence } from './use-silence.ts';

const loadMenu = async () => (await import('./room-menu.tsx')).default;

interface RoomTopProps {
  live: LiveRoom;
  areMembersOpen: boolean;
  onMembers: () => void;
}

/** Goes where the viewer came from, or to the inbox if this is where they came in. */
export function goBack(): void {
  if (history.length > 1) history.back();
  else navigate('/');
}

/** The header of a room, with what is known of it now, and its menu. */
export function RoomTop({ live, areMembersOpen, onMembers }: RoomTopProps) {
  const { words } = useLanguage();
  const { room, people, isConnected, typists } = live;
  const presence = usePresence(useMemo(() => [room.id], [room.id]));
  const silence = useSilence(live.fields);
  const [menuAt, setMenuAt] = useState<HTMLElement | null>(null);
  const { other } = people;
  const status = useStatus(other?.id ?? null, presence.users.get(other?.id ?? ''));
  return (
    <>
      <RoomHead
        kind={live.kind}
        name={people.name}
        topic={other ? (status?.statusText ?? null) : live.topic}
        other={other}
        presence={isConnected && other ? (status?.status ?? null) : null}
        hereCount={isConnected ? (presence.rooms.get(room.id)?.onlineCount ?? null) : null}
        typing={typists.length > 0 ? typingText(typists, words) : null}
        isPhone={useIsPhone()}
        areMembersOpen={areMembersOpen}
        isSilenced={live.isMember ? silence.isSilenced : null}
        hasEnded={live.hasEnded}
        onBack={goBack}
        onMembers={onMembers}
        onSilence={silence.toggle}
        onMenu={setMenuAt}
      />
      {menuAt && (
        <Later
          load={loadMenu}
          props={{
            roomId: room.id,
            known: live.fields,
            name: people.name,
            anchor: menuAt,
            silence: live.isMember ? silence : null,
            onMembers,
            onClose: () => setMenuAt(null),
          }}
        />
      )}
    </>
  );
}

type Here = Presence['users'] extends ReadonlyMap<string, infer One> ? One : never;

/**
 * Returns a user's presence: from the room while they are in it, otherwise from their profile. Null before that is known. They
 * may be in another room: who is not in this one is not offline.
 */
function useStatus(userId: string | null, here: Here | undefined): Here | null {
  const [{ data }, again] = useData(PersonCardDocument, userId === null ? null : { userId });
  const isHere = here !== undefined;
  const wasHere = useRef(isHere);
  useEffect(() => {
    if (wasHere.current && !isHere) again({ requestPolicy: 'network-only' });
    wasHere.current = isHere;
  }, [isHere, again]);
  return here ?? data?.user?.presence ?? null;
}
