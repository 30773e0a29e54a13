/** @jest-environment jsdom */
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { Parley, Unread } from 'parley-client';
import { act } from 'react';
import { navigate, useRoute } from '../src/app/router.ts';
import { useRoomInTitle, useTitle } from '../src/app/title.ts';
import { Value } from '../src/app/value.ts';
import type { InboxPageQueryVariables } from '../src/documents.ts';
import { InboxPane } from '../src/inbox/inbox-pane.tsx';
import { en } from '../src/words/en.ts';
import { press, rerender, show } from './support/show.tsx';
import { withTalk } from './support/with-talk.tsx';

const pageSize = 2;

beforeEach(() => {
  navigate('/');
  jest.useFakeTimers();
  jest.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(1);
});
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});
const settled = () => act(() => jest.advanceTimersByTimeAsync(1));

/** A server with rooms in the order of their newest messages. */
class RoomServer {
  /** Names, with the time of the newest message. */
  readonly rooms = new Map(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name, at) => [name, 100 - at]));

  readonly request = (async ({ query }: { query: string }, { after, filter }: InboxPageQueryVariables) => {
    if (!query.startsWith('query InboxPage')) return new Promise(() => {});
    const all = [...(filter?.kinds?.includes('DIRECT') ? [] : this.rooms)].sort(([, one], [, other]) => other - one);
    const rest = all.filter(([, time]) => time < Number(after ?? Number.POSITIVE_INFINITY));
    const shown = rest.slice(0, pageSize);
    const pageInfo = {
      __typename: 'PageInfo',
      endCursor: String(shown.at(-1)?.[1]),
      hasNextPage: rest.length > pageSize,
    };
    const nodes = shown.map(([name, time]) => membershipOf(name, time));
    const memberships = { __typename: 'RoomMembershipConnection', nodes, pageInfo };
    return { viewer: { __typename: 'Viewer', id: 'me', memberships } };
  }) as Parley['request'];
}

function membershipOf(name: string, time: number) {
  const createdAt = new Date(time).toISOString();
  const message = { text: '', createdAt, deletedAt: null, kind: 'USER', author: null, systemEvent: null };
  return {
    __typename: 'RoomMembership',
    id: `membership ${name}`,
    state: 'JOINED',
    role: 'MEMBER',
    notificationLevel: 'ALL',
    readState: {
      __typename: 'ReadState',
      lastReadSequence: time - 1,
      unreadCount: { __typename: 'CappedCount', value: 0, isCapped: false },
    },
    room: {
      __typename: 'Room',
      id: name,
      kind: 'CHANNEL',
      slug: name,
      name,
      topic: null,
      createdAt,
      archivedAt: null,
      latestMessage: { __typename: 'Message', id: `message ${time}`, sequence: time, ...message },
      members: { __typename: 'RoomMembershipConnection', nodes: [] },
    },
  };
}

function RoutedInbox() {
  return <InboxPane route={useRoute()} onUnreadRooms={() => {}} />;
}

async function showInbox(server: RoomServer) {
  const unread = new Value<Pick<Unread, 'rooms'>>({ rooms: new Map() });
  let tell: (event: object) => void = () => {};
  const parley = {
    request: server.request,
    onViewerEvent: (listener: typeof tell) => {
      tell = listener;
      return () => {};
    },
    connection: new Value({ status: 'ready' }),
    unread,
    room: () => ({ typists: new Value([]), onEvent: () => () => {} }),
  };
  const page = show(withTalk(parley, <RoutedInbox />));
  await settled();
  const scroll = async () => {
    act(() => void page.querySelector('.inbox-list')!.dispatchEvent(new Event('scroll')));
    await settled();
  };
  const rooms = () => [...page.querySelectorAll('.inbox-name')].map(({ textContent }) => textContent).join('');
  const happen = (event: object) =>
    act(() => {
      tell(event);
      return jest.advanceTimersByTimeAsync(300);
    });
  return { page, rooms, scroll, unread, happen };
}

test('a room that moves up from a later page of the inbox hides no other one', async () => {
  const server = new RoomServer();
  const { rooms, scroll } = await showInbox(server);
  await scroll();
  await scroll();
  expect(rooms()).toBe('abcdef');

  server.rooms.set('e', 200);
  act(() => void dispatchEvent(new Event('focus')));
  await settled();

  expect(rooms()).toBe('eabcdf');
});

test('the row of a room is marked as open before the server has answered what its address names', async () => {
  const { page } = await showInbox(new RoomServer());
  expect(page.querySelector('[aria-current="page"] .inbox-name')).toBeNull();

  act(() => navigate('/r/b'));
  await settled();

  expect(page.querySelector('[aria-current="page"] .inbox-name')?.textContent).toBe('b');
});

test('a row shows the count of messages that nobody was notified of', async () => {
  const { page, happen } = await showInbox(new RoomServer());
  const badges = () => [...page.querySelectorAll('.inbox-row')].map((row) => row.querySelector('.badge')?.textContent);
  expect(badges()).toEqual([undefined, undefined]);

  const readState = { lastReadSequence: 98, newestSequence: 102, unreadCount: { value: 3, isCapped: false } };
  await happen({ __typename: 'ViewerReadStateChanged', membership: { room: { id: 'b' }, readState } });

  expect(badges()).toEqual([undefined, '3']);
});

test('the title counts the unread rooms in each tab, those that the tab does not list too', async () => {
  const { page, unread } = await showInbox(new RoomServer());
  press(page, en.inbox.tabs.DIRECT);
  await settled();
  expect(document.title).toBe('Parley');

  act(() => unread.set({ rooms: new Map(['b', 'g'].map((id) => [id, { count: 1, isCapped: false }])) }));

  expect(document.title).toBe('(2) Parley');
});

function OpenRoom({ name }: { name: string }) {
  useRoomInTitle(name);
  return null;
}

function Titled({ room }: { room: string | null }) {
  useTitle(2);
  return room && <OpenRoom name={room} />;
}

test('the title names the open room until it is left', () => {
  show(<Titled room="general" />);
  expect(document.title).toBe('(2) general · Parley');

  rerender(<Titled room={null} />);

  expect(document.title).toBe('(2) Parley');
});
