import { lazy, Suspense, useEffect, useState } from 'react';
import { InboxPane } from '../inbox/inbox-pane.tsx';
import { faultText } from '../log/own-states.ts';
import { useRefusedChanges } from '../log/use-refused-changes.ts';
import { useBlocked } from '../people/blocked.ts';
import { OpenRoom } from '../room/open-room.tsx';
import { useLanguage } from '../words/language.tsx';
import { BottomBar } from './bottom-bar.tsx';
import { useBrowserNotifications, useNotificationQuestion } from './browser-notifications.ts';
import { CrashBoundary } from './crash-boundary.tsx';
import { Frame } from './frame.tsx';
import { Later } from './later.tsx';
import { useLoadedAhead } from './loaded-ahead.ts';
import { useMembersChoice } from './members-choice.ts';
import { Notice, showNotice } from './notice.tsx';
import { NotificationQuestion } from './notification-question.tsx';
import { useOpenRoomId } from './open-room-id.ts';
import { showOverlay, useOverlay } from './overlays.ts';
import { type Route, useRoute } from './router.ts';
import { useIsPhone } from './screen.ts';
import { useShortcuts } from './shortcuts.ts';
import { useTalk } from './talk.tsx';

const DirectoryPane = lazy(() => import('../directory/directory-pane.tsx'));
const MembersPane = lazy(() => import('../members/members-pane.tsx'));
const ProfilePage = lazy(() => import('../profile/profile-page.tsx'));
const loadOverlay = async () => (await import('./overlay.tsx')).default;
const closeOverlay = () => showOverlay(null);

/** What a signed-in user sees at the present address. */
export function Page() {
  const route = useRoute();
  const isPhone = useIsPhone();
  const { parley } = useTalk();
  const roomId = useOpenRoomId(route);
  const members = useMembersChoice(roomId);
  const [isAsking, answer] = useNotificationQuestion(parley);
  useBrowserNotifications(parley, useBlocked());
  const [unreadRooms, setUnreadRooms] = useState(0);
  const overlay = useOverlay();
  const { words } = useLanguage();
  useRefusedChanges(parley.outbox, (code) => showNotice(faultText(code, words)));
  useShortcuts();
  useLoadedAhead();
  useEffect(
    () => () => {
      // Another user may sign in without a reload.
      showOverlay(null);
      showNotice(null);
    },
    [],
  );
  return (
    <>
      <Frame
        inbox={<InboxPane route={route} onUnreadRooms={setUnreadRooms} />}
        pane={
          <CrashBoundary key={partOf(route)} part="pane">
            <Suspense fallback={<main className="pane" />}>
              <Pane route={route} isPhone={isPhone} areMembersOpen={members.areOpen} onMembers={members.toggle} />
            </Suspense>
          </CrashBoundary>
        }
        bottomBar={isPhone && route.name !== 'room' && <BottomBar at={rootOf(route)} unreadRooms={unreadRooms} />}
        members={
          members.areOpen &&
          roomId !== null && (
            <CrashBoundary key={roomId} part="members">
              <Suspense fallback={<aside className="members" />}>
                <MembersPane roomId={roomId} onClose={members.toggle} />
              </Suspense>
            </CrashBoundary>
          )
        }
        hasLog={route.name === 'room'}
        shows={route.name === 'inbox' ? 'inbox' : isPhone && members.areOpen ? 'members' : 'pane'}
      />
      {overlay && <Later load={loadOverlay} props={{ overlay, onClose: closeOverlay }} />}
      {isAsking && <NotificationQuestion onAnswer={answer} />}
      <Notice />
    </>
  );
}

function rootOf({ name }: Route): 'chats' | 'discover' | 'you' {
  return name === 'directory' ? 'discover' : name === 'profile' ? 'you' : 'chats';
}

/** Returns a name for what the pane shows: a part that has failed does not stand in for another one. */
function partOf(route: Route): string {
  if (route.name === 'room') return `room ${route.slug ?? route.id}`;
  return route.name === 'profile' ? 'profile' : 'directory';
}

interface PaneProps {
  route: Route;
  isPhone: boolean;
  areMembersOpen: boolean;
  onMembers: () => void;
}

function Pane({ route, isPhone, ...members }: PaneProps) {
  if (route.name === 'room') return <OpenRoom {...route} {...members} />;
  if (route.name === 'profile') return <ProfilePage />;
  // A phone shows the inbox alone; beside it there is nothing better to show than where to go.
  if (route.name === 'inbox' && isPhone) return <main className="pane" />;
  const asked = route.name === 'directory' ? route.query : '';
  return <DirectoryPane key={asked} asked={asked} />;
}
