import type { Parley } from 'parley-client';
import { ParleyProvider, useStore } from 'parley-client/react';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { Provider } from 'urql';
import { forgetDrafts } from '../composer/drafts.ts';
import { StartDocument, type StartQuery } from '../documents.ts';
import { Announcer, useAnnounce } from './announcer.tsx';
import { dataOf, useData } from './data.ts';
import { Late } from './late.tsx';
import { Page } from './page.tsx';
import { keepGuestId, keptGuestId } from './session.ts';
import { type Talk, TalkProvider } from './talk.tsx';
import { ToldTrouble } from './told-trouble.tsx';

/** Why the page is left: the user wanted it, has to sign in again, or was a guest, who cannot come back. */
export type Leaving = 'wanted' | 'over' | 'lost';

interface SignedInProps {
  parley: Parley;
  onLeave: (parley: Parley, why: Leaving) => void;
}

/** The page of a user, until their session is over. */
export function SignedIn({ parley, onLeave }: SignedInProps) {
  const data = useMemo(() => dataOf(parley), [parley]);
  useEffect(() => {
    parley.connect();
    return () => parley.disconnect();
  }, [parley]);
  const session = useStore(parley.session);
  const userId = useRef<string>(null);
  const guestId = useRef(keptGuestId()); // another tab that leaves forgets it
  const leave = useCallback(
    (why: 'wanted' | 'over') => {
      if (guestId.current !== null) forgetDrafts(guestId.current);
      onLeave(parley, why === 'over' && guestId.current !== null ? 'lost' : why);
    },
    [parley, onLeave],
  );
  useEffect(() => {
    if (session.status !== 'signed-in') return;
    // Another tab has signed in somebody else, and the client goes on with their token: nothing shown here is theirs.
    if (userId.current !== null && userId.current !== session.userId) location.reload();
    userId.current = session.userId;
  }, [session]);
  useEffect(() => {
    if (session.status === 'signed-out') leave(session.why === 'signed-out' ? 'wanted' : 'over');
  }, [session, leave]);
  return (
    <Provider value={data}>
      <ParleyProvider client={parley}>
        <Started parley={parley} guestId={guestId} onOver={leave} />
      </ParleyProvider>
    </Provider>
  );
}

interface StartedProps {
  parley: Parley;
  /** Gets the id of a viewer who is a guest, and null for others. */
  guestId: React.RefObject<string | null>;
  onOver: (why: 'over') => void;
}

function Started({ parley, guestId, onOver }: StartedProps) {
  const [{ data, error }, again] = useData(StartDocument, {});
  const isOver = data?.viewer === null;
  useEffect(() => {
    if (isOver) onOver('over');
  }, [isOver, onOver]);
  const user = data?.viewer?.user;
  useEffect(() => {
    if (!user) return;
    guestId.current = user.kind === 'GUEST' ? user.id : null;
    keepGuestId(guestId.current);
  }, [user, guestId]);
  useEffect(() => {
    if (!error) return;
    const timer = setTimeout(() => again({ requestPolicy: 'network-only' }), 2000);
    return () => clearTimeout(timer);
  }, [error, again]);
  if (!data?.viewer) {
    return (
      <main className="pane crashed">
        <Late />
      </main>
    );
  }
  return <WithTalk parley={parley} start={data} />;
}

function WithTalk({ parley, start }: { parley: Parley; start: StartQuery }) {
  const [ready, announce] = useAnnounce();
  const talk = useMemo((): Talk => {
    const { user, isAdmin } = start.viewer!;
    const signOut = () => void parley.signOut({ unsent: 'discard' });
    return { parley, server: start.server, viewer: { ...user, isAdmin }, announce, signOut };
  }, [parley, start, announce]);
  return (
    <TalkProvider value={talk}>
      <ToldTrouble>
        <Page />
      </ToldTrouble>
      <Announcer ready={ready} />
    </TalkProvider>
  );
}
