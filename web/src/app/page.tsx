import { useState } from 'react';
import { InboxPane } from '../inbox/inbox-pane.tsx';
import { OpenRoom } from '../room/open-room.tsx';
import { BottomBar } from './bottom-bar.tsx';
import { Frame } from './frame.tsx';
import { keep, kept } from './keep.ts';
import { type Route, useRoute } from './router.ts';
import { useIsPhone, useIsWide } from './screen.ts';

/** What a signed-in user sees at the present address. */
export function Page() {
  const route = useRoute();
  const isPhone = useIsPhone();
  const isWide = useIsWide();
  const [choice, setChoice] = useState(() => kept('members'));
  const areMembersOpen = route.name === 'room' && !isPhone && (choice === null ? isWide : choice === 'open');
  const toggleMembers = () => {
    const next = areMembersOpen ? 'closed' : 'open';
    keep('members', next);
    setChoice(next);
  };
  return (
    <Frame
      inbox={<InboxPane route={route} />}
      pane={<Pane route={route} areMembersOpen={areMembersOpen} onMembers={toggleMembers} />}
      bottomBar={isPhone && route.name !== 'room' && <BottomBar at={rootOf(route)} unreadRooms={0} />}
      shows={route.name === 'inbox' ? 'inbox' : 'pane'}
    />
  );
}

function rootOf({ name }: Route): 'chats' | 'discover' | 'you' {
  return name === 'directory' ? 'discover' : name === 'profile' ? 'you' : 'chats';
}

interface PaneProps {
  route: Route;
  areMembersOpen: boolean;
  onMembers: () => void;
}

function Pane({ route, ...members }: PaneProps) {
  if (route.name === 'room') return <OpenRoom {...route} {...members} />;
  return <main className="pane" />;
}
