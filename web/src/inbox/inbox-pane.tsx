import { useStore } from 'parley-client/react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useClient } from 'urql';
import { ConnectionTrouble } from '../app/connection-trouble.tsx';
import { useOpenRoomId } from '../app/open-room-id.ts';
import { showOverlay } from '../app/overlays.ts';
import { usePages } from '../app/pages.ts';
import { navigate, type Route } from '../app/router.ts';
import { useIsPhone } from '../app/screen.ts';
import { useTalk } from '../app/talk.tsx';
import { useTitle } from '../app/title.ts';
import { useNow } from '../app/use-now.ts';
import { draftAt, draftKey } from '../composer/drafts.ts';
import {
  type InboxMembership,
  InboxPageDocument,
  type InboxPageQuery,
  InboxRowDocument,
  type MembershipFilter,
} from '../documents.ts';
import { useBlocked } from '../people/blocked.ts';
import { useOwnPresence } from '../people/own-presence.ts';
import { useLanguage } from '../words/language.tsx';
import { Inbox, type InboxTab } from './inbox.tsx';
import { entriesOf } from './inbox-entries.ts';
import { useInboxKeys } from './inbox-keys.ts';
import { useInboxNews } from './inbox-news.ts';
import type { InboxEntry } from './inbox-row.tsx';
import { useUnreadRooms } from './unread-rooms.ts';

const filters: Record<InboxTab, MembershipFilter | null> = {
  ALL: null,
  UNREAD: { unreadOnly: true },
  ROOMS: { kinds: ['CHANNEL', 'STREAM', 'GROUP'] },
  DIRECT: { kinds: ['DIRECT', 'SUPPORT'] },
};
const noRows: readonly InboxMembership[] = [];
const noOne: readonly [] = [];

interface InboxPaneProps {
  route: Route;
  /** Called with how many rooms have something unread, without silenced ones. */
  onUnreadRooms: (count: number) => void;
}

/** The viewer's rooms. */
export function InboxPane({ route, onUnreadRooms }: InboxPaneProps) {
  const { parley, viewer } = useTalk();
  const language = useLanguage();
  const [tab, setTab] = useState<InboxTab>('ALL');
  const { rows, isLoading, more, again } = useRows(filters[tab]);
  const openRoomId = useOpenRoomId(route);
  const news = useInboxNews({ parley, openRoomId, onStale: again });
  const blocked = useBlocked();
  const connection = useStore(parley.connection);
  const isConnected = connection.status === 'ready';
  const isListed = rows.some(({ room }) => room.id === openRoomId); // only members are told who types
  const typists = useStore(openRoomId !== null && isListed ? parley.room(openRoomId).typists : nobody);
  const own = useOwnPresence();
  const readingId = useFocus() ? openRoomId : null;
  const typing = useMemo(
    () => (openRoomId === null ? null : { roomId: openRoomId, people: typists }),
    [openRoomId, typists],
  );
  const around = {
    viewerId: viewer.id,
    news,
    readingId,
    blocked,
    isConnected,
    typing,
    draftOf: (roomId: string) =>
      roomId === openRoomId ? null : draftAt(draftKey(viewer.id, roomId)).text.trim() || null,
    language,
  };
  const entries = useSame(entriesOf(rows, around)).filter(
    ({ id, unread }) => tab !== 'UNREAD' || unread.value > 0 || id === openRoomId,
  );
  const isAlone = useIsPhone() && route.name === 'inbox'; // no other part says it
  const unreadRooms = useUnreadRooms({ rows, news, readingId });
  useEffect(() => onUnreadRooms(unreadRooms), [onUnreadRooms, unreadRooms]);
  useTitle(unreadRooms);
  useRefreshing(again);
  useDraftChanges();
  useInboxKeys(entries, openRoomId);
  return (
    <Inbox
      entries={entries}
      tab={tab}
      unreadRooms={unreadRooms}
      chosenId={openRoomId}
      isAlone={isAlone}
      isDirectoryOpen={route.name === 'directory'}
      viewer={viewer}
      presence={isConnected ? (own?.status ?? 'ONLINE') : null}
      statusText={own?.statusText ?? null}
      now={useNow(60_000)}
      isLoading={isLoading}
      bar={isAlone && <ConnectionTrouble />}
      onTab={setTab}
      onMore={more}
      onFind={() => showOverlay({ type: 'find' })}
      onWrite={() => showOverlay({ type: 'write' })}
      onSettings={() => navigate('/me')}
    />
  );
}

const nobody = { get: () => noOne, subscribe: () => () => {} };

const pageOf = ({ viewer }: InboxPageQuery) => viewer?.memberships;

/** Follows the pages of the inbox that have been asked for. */
function useRows(filter: MembershipFilter | null) {
  const client = useClient();
  const variables = useMemo(() => ({ filter }), [filter]);
  const { nodes, operation, more, again: allAgain } = usePages({ document: InboxPageDocument, variables, pageOf });
  const again = useCallback(
    (roomId: string | null) => {
      if (roomId === null) allAgain();
      else void client.query(InboxRowDocument.query, { roomId }, { requestPolicy: 'network-only' }).toPromise();
    },
    [client, allAgain],
  );
  const isOfTab = operation?.variables?.filter === filter; // until they arrive, the rows of the tab before are there
  return { rows: nodes ?? noRows, isLoading: !nodes || !isOfTab, more, again };
}

/** Renders anew when a draft has changed. */
function useDraftChanges(): void {
  const [, tick] = useState(0);
  useEffect(() => {
    const onDraft = () => tick((count) => count + 1);
    addEventListener('parley:draft', onDraft);
    return () => removeEventListener('parley:draft', onDraft);
  }, []);
}

/** Keeps the objects of rows that have not changed, so that these are not rendered again. */
function useSame(entries: InboxEntry[]): InboxEntry[] {
  const known = useRef(new Map<string, { text: string; entry: InboxEntry }>());
  const next = entries.map((entry) => {
    const text = JSON.stringify(entry);
    const before = known.current.get(entry.id);
    return before?.text === text ? before : { text, entry };
  });
  known.current = new Map(next.map((one) => [one.entry.id, one]));
  return next.map(({ entry }) => entry);
}

/** Fetches the list again when the page is looked at again: presence is not told of. */
function useRefreshing(again: (roomId: null) => void): void {
  useEffect(() => {
    const onFocus = () => again(null);
    addEventListener('focus', onFocus);
    return () => removeEventListener('focus', onFocus);
  }, [again]);
}

/** Returns whether the window has the focus. */
function useFocus(): boolean {
  const [hasFocus, setFocus] = useState(() => document.hasFocus());
  useEffect(() => {
    const onChange = () => setFocus(document.hasFocus());
    addEventListener('focus', onChange);
    addEventListener('blur', onChange);
    return () => {
      removeEventListener('focus', onChange);
      removeEventListener('blur', onChange);
    };
  }, []);
  return hasFocus;
}
