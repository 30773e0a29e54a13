import { useStore } from 'parley-client/react';
import { useRef } from 'react';
import { useTalk } from '../app/talk.tsx';
import type { InboxMembership } from '../documents.ts';
import { type News, unreadOf } from './inbox-news.ts';

interface Known {
  rows: readonly InboxMembership[];
  news: News;
  /** The room that the viewer sees. */
  readingId: string | null;
}

/**
 * Returns how many rooms have something unread, without silenced ones: by their rows, and by the client's count for rooms
 * that the tab or the loaded pages do not have.
 */
export function useUnreadRooms({ rows, news, readingId }: Known): number {
  const { parley } = useTalk();
  const { rooms } = useStore(parley.unread);
  const silenced = useRef(new Set<string>());
  const unread = new Set(rooms.keys());
  for (const row of rows) {
    const { id } = row.room;
    mark(silenced.current, id, row.notificationLevel === 'NONE');
    mark(unread, id, row.state === 'JOINED' && unreadOf(row, news.get(id)).value > 0);
  }
  return [...unread].filter((id) => id !== readingId && !silenced.current.has(id)).length;
}

function mark(set: Set<string>, id: string, isIn: boolean): void {
  if (isIn) set.add(id);
  else set.delete(id);
}
