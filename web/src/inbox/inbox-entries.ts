import { roomPath } from '../app/router.ts';
import type { InboxMembership } from '../documents.ts';
import type { Person } from '../people/person.ts';
import { nameOfRoom } from '../people/room-name.ts';
import { firstName } from '../people/typing.tsx';
import type { Language } from '../words/language.tsx';
import { type Latest, latestOf, type News, unreadOf } from './inbox-news.ts';
import type { InboxEntry, Preview } from './inbox-row.tsx';

/** What entries depend on besides their rows. */
export interface Around {
  viewerId: string;
  news: News;
  /** The room that the viewer sees: what comes there is being read. */
  readingId: string | null;
  /** Users whom the viewer has blocked; null before they are known. */
  blocked: ReadonlySet<string> | null;
  /** Whether presence is known: it is not without a connection. */
  isConnected: boolean;
  /** Who types in the open room. */
  typing: { roomId: string; people: readonly Person[] } | null;
  draftOf: (roomId: string) => string | null;
  language: Language;
}

const nothingUnread = { value: 0, isCapped: false };

/** Returns the rows of the inbox, the most active room first. */
export function entriesOf(rows: readonly InboxMembership[], around: Around): InboxEntry[] {
  const unique = [...new Map(rows.map((row) => [row.room.id, row])).values()];
  return unique
    .filter(({ state }) => state === 'JOINED')
    .map((row) => ({ row, activity: latestOf(row, around.news.get(row.room.id))?.createdAt ?? row.room.createdAt }))
    .sort((a, b) => (a.activity < b.activity ? 1 : a.activity > b.activity ? -1 : 0))
    .map(({ row }) => entryOf(row, around));
}

function entryOf(row: InboxMembership, around: Around): InboxEntry {
  const { room, notificationLevel } = row;
  const news = around.news.get(room.id);
  const latest = latestOf(row, news);
  const others = room.members.nodes.map(({ user }) => user).filter(({ id }) => id !== around.viewerId);
  const other = room.kind === 'DIRECT' ? (others[0] ?? null) : null;
  return {
    id: room.id,
    href: roomPath(room),
    kind: room.kind,
    name: nameOfRoom(room.name, others, around.language),
    other: other && { id: other.id, displayName: other.displayName },
    presence: around.isConnected ? (other?.presence.status ?? null) : null,
    at: latest?.createdAt ?? null,
    preview: previewOf(row, { latest, around }),
    unread: room.id === around.readingId ? nothingUnread : unreadOf(row, news),
    isSilenced: notificationLevel === 'NONE',
  };
}

function previewOf({ room }: InboxMembership, { latest, around }: { latest: Latest | null; around: Around }): Preview {
  const draft = around.draftOf(room.id);
  if (draft) return { type: 'draft', text: draft };
  const { typing } = around;
  if (typing?.roomId === room.id && typing.people.length > 0) return { type: 'typing', people: typing.people };
  if (!latest) return { type: 'none' };
  const text = textOf(latest, around);
  if (latest.kind === 'SYSTEM') return { type: 'message', author: null, text };
  const isOwn = latest.author?.id === around.viewerId;
  return { type: 'message', author: isOwn ? 'viewer' : room.kind === 'DIRECT' ? null : latest.author, text };
}

function textOf({ text, author, deletedAt, systemEvent }: Latest, { blocked, language }: Around): string {
  const { log } = language.words;
  if (systemEvent) {
    const name = systemEvent.subject ? firstName(systemEvent.subject) : '';
    if (systemEvent.type === 'MEMBER_JOINED') return log.joined(name, 1);
    if (systemEvent.type === 'MEMBER_LEFT') return log.left(name, 1);
    if (systemEvent.type === 'MEMBER_REMOVED') return log.removed(name, 1);
    if (systemEvent.type === 'UNKNOWN') return text ?? '';
    return name ? log.created(name) : log.createdUnknown;
  }
  if (author && blocked?.has(author.id)) return log.hidden;
  return deletedAt || text === null ? log.deleted : text;
}
