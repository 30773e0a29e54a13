import { lazy, Suspense, useEffect, useState } from 'react';
import { InboxPane } from '../inbox/inbox-pane.tsx';
import { OpenRoom } from '../room/open-room.tsx';
import { BottomBar } from './bottom-bar.tsx';
import { Frame } from './frame.tsx';
import { keep, kept } from './keep.ts';
import { Notice } from './notice.tsx';
import { useOverlay } from './overlays.ts';
import { type Route, useRoute } from './router.ts';
import { useIsPhone, useIsWide } from './screen.ts';

const DirectoryPane = lazy(() => import('../directory/directory-pane.tsx'));
const loadOverlay = () => import('./overlay.tsx');
const OpenOverlay = lazy(loadOverlay);

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
  const [unreadRooms, setUnreadRooms] = useState(0);
  const overlay = useOverlay();
  useEffect(() => {
    const timer = setTimeout(loadOverlay, 1000); // before Ctrl+K, so that no letter typed after it is lost
    return () => clearTimeout(timer);
  }, []);
  return (
    <>
      <Frame
        inbox={<InboxPane route={route} onUnreadRooms={setUnreadRooms} />}
        pane={
          <Suspense fallback={<main className="pane" />}>
            <Pane route={route} areMembersOpen={areMembersOpen} onMembers={toggleMembers} />
          </Suspense>
        }
        bottomBar={isPhone && route.name !== 'room' && <BottomBar at={rootOf(route)} unreadRooms={unreadRooms} />}
        shows={route.name === 'inbox' ? 'inbox' : 'pane'}
      />
      <Suspense>{overlay && <OpenOverlay overlay={overlay} />}</Suspense>
      <Notice />
    </>
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
  if (route.name === 'directory') return <DirectoryPane />;
  return <main className="pane" />;
}
