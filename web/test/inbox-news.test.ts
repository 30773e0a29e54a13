import { expect, test } from '@jest/globals';
import type { Parley } from 'parley-client';
import { dataOf } from '../src/app/data.ts';
import { type InboxMembership, InboxPageDocument, RoomPeopleDocument } from '../src/documents.ts';
import { entriesOf } from '../src/inbox/inbox-entries.ts';
import { type Latest, latestOf, type RoomNews, unreadOf } from '../src/inbox/inbox-news.ts';
import { en } from '../src/words/en.ts';
import { Formats } from '../src/words/formats.ts';

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

test('the room that the viewer sees has no number, and it has one while the window has no focus', () => {
  const language = { words: en, formats: new Formats('en') };
  const around = { viewerId: 'me', news: new Map(), blocked: null, isConnected: true, typing: null, language };
  const shown = (readingId: string | null) => entriesOf([row], { ...around, readingId, draftOf: () => null });

  expect(shown('room')[0]!.unread).toEqual(count(0));
  expect(shown(null)[0]!.unread).toEqual(count(2));
});

/** A server whose room has several members, and more than the inbox asks for. */
const answers: Record<string, object> = {
  RoomPeople: {
    room: {
      ...typed('Room', 'room'),
      createdBy: null,
      leaders: members(),
      members: members('ada', 'bob', 'cleo', 'dan'),
    },
  },
  InboxPage: {
    viewer: {
      ...typed('Viewer', 'viewer'),
      memberships: {
        __typename: 'RoomMembershipConnection',
        nodes: [
          {
            ...row,
            ...typed('RoomMembership', 'own'),
            readState: null,
            room: { ...row.room, ...typed('Room', 'room'), latestMessage: null, members: members('ada', 'bob') },
          },
        ],
        pageInfo: { __typename: 'PageInfo', endCursor: null, hasNextPage: false },
      },
    },
  },
};

function typed(__typename: string, id: string) {
  return { __typename, id };
}

function members(...ids: string[]) {
  const presence = (id: string) => ({
    __typename: 'Presence',
    status: 'ONLINE',
    statusText: null,
    user: typed('User', id),
  });
  const nodes = ids.map((id) => ({
    ...typed('RoomMembership', `membership of ${id}`),
    user: { ...typed('User', id), displayName: id, ...(ids.length < 4 && { presence: presence(id) }) },
  }));
  return { __typename: 'RoomMembershipConnection', nodes };
}

test('the row of a room is there although more of its members are known, without what the row shows of them', async () => {
  const request = async ({ query }: { query: string }) => answers[/query (\w+)/.exec(query)![1]!];
  const data = dataOf({ request: request as Parley['request'] });

  await data.query(RoomPeopleDocument.query, { id: 'room' }).toPromise();
  const { data: inbox } = await data.query(InboxPageDocument.query, { filter: null, after: null }).toPromise();

  expect(inbox?.viewer.memberships.nodes).toHaveLength(1);
});
