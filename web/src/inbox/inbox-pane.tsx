import { useStore } from 'parley-client/react';
import { useEffect, useState } from 'react';
import { useData } from '../app/data.ts';
import { type Route, roomPath } from '../app/router.ts';
import { useTalk } from '../app/talk.tsx';
import { InboxDocument, type InboxQuery } from '../documents.ts';
import { Inbox, type InboxTab } from './inbox.tsx';
import type { InboxEntry } from './inbox-row.tsx';

type Row = NonNullable<InboxQuery['viewer']>['memberships']['nodes'][number];

/** The viewer's rooms. */
export function InboxPane({ route }: { route: Route }) {
  const { parley, viewer } = useTalk();
  const [{ data, fetching }, again] = useData(InboxDocument, {});
  const [tab, setTab] = useState<InboxTab>('ALL');
  const unread = useStore(parley.unread);
  useEffect(() => parley.onNotification(() => again({ requestPolicy: 'network-only' })), [parley, again]);
  const rows = data?.viewer?.memberships.nodes ?? [];
  const chosen = rows.find(({ room }) => route.name === 'room' && (room.slug === route.slug || room.id === route.id));
  return (
    <Inbox
      entries={rows.map((row) => entryOf(row, { viewerId: viewer.id, unread: unread.rooms.get(row.room.id)?.count }))}
      tab={tab}
      unreadRooms={unread.rooms.size}
      chosenId={chosen?.room.id ?? null}
      isDirectoryOpen={route.name === 'directory'}
      viewer={viewer}
      presence="ONLINE"
      statusText={null}
      now={Date.now()}
      isLoading={fetching}
      onTab={setTab}
    />
  );
}

function entryOf({ room, notificationLevel }: Row, seen: { viewerId: string; unread: number | undefined }): InboxEntry {
  const { latestMessage: latest, kind } = room;
  const other = room.members.nodes.find(({ user }) => user.id !== seen.viewerId)?.user ?? null;
  const author = latest?.author?.id === seen.viewerId ? 'viewer' : (latest?.author ?? null);
  return {
    id: room.id,
    href: roomPath(room),
    kind,
    name: room.name ?? other?.displayName ?? '',
    other: kind === 'DIRECT' ? other : null,
    presence: null,
    at: latest?.createdAt ?? null,
    preview: latest?.text ? { type: 'message', author, text: latest.text } : { type: 'none' },
    unread: { value: seen.unread ?? 0, isCapped: false },
    isSilenced: notificationLevel === 'NONE',
  };
}
