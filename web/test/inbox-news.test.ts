import { expect, test } from '@jest/globals';
import type { InboxMembership } from '../src/documents.ts';
import { type Latest, latestOf, type RoomNews, unreadOf } from '../src/inbox/inbox-news.ts';

const count = (value: number) => ({ value, isCapped: false });

function message(sequence: number): Latest {
  const createdAt = new Date(sequence * 1000).toISOString();
  const usual = { text: 'Hello', deletedAt: null, kind: 'USER' as const, author: null, systemEvent: null };
  return { id: `m${sequence}`, sequence, createdAt, ...usual };
}

/** A row that was fetched when the room had ten messages, of which two were unread. */
const row: InboxMembership = {
  id: 'membership',
  state: 'JOINED',
  role: 'MEMBER',
  notificationLevel: 'ALL',
  readState: { lastReadSequence: 8, unreadCount: count(2) },
  room: {
    id: 'room',
    kind: 'CHANNEL',
    slug: 'room',
    name: 'Room',
    topic: null,
    createdAt: new Date(0).toISOString(),
    archivedAt: null,
    latestMessage: message(10),
    members: { nodes: [] },
  },
};

const news = (more: Partial<RoomNews>): RoomNews => ({ latest: null, notified: [], read: null, ...more });

test('messages that the server notifies of are added, and those of the fetched row are not counted twice', () => {
  expect(unreadOf(row, news({ notified: [9, 10, 11, 12] }))).toEqual(count(4));
});

test('what was read on another device replaces the number of the row', () => {
  const read = { unread: count(0), lastReadSequence: 12, upTo: 12 };

  expect(unreadOf(row, news({ notified: [11, 12], read }))).toEqual(count(0));
  expect(unreadOf(row, news({ notified: [11, 12, 13], read }))).toEqual(count(1));
});

test('a row that is fetched later counts anew', () => {
  const read = { unread: count(1), lastReadSequence: 5, upTo: 6 };

  expect(unreadOf(row, news({ notified: [6], read }))).toEqual(count(2));
});

test('a count that is capped stays as it is', () => {
  const readState = { lastReadSequence: 0, unreadCount: { value: 99, isCapped: true } };

  expect(unreadOf({ ...row, readState }, news({ notified: [11] }))).toEqual({ value: 99, isCapped: true });
});

test('the newest message is that of the row or of the news', () => {
  expect(latestOf(row, news({ latest: message(9) }))?.sequence).toBe(10);
  expect(latestOf(row, news({ latest: message(11) }))?.sequence).toBe(11);
});
