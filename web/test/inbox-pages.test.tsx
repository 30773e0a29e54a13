/** @jest-environment jsdom */
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { Parley } from 'parley-client';
import { act } from 'react';
import { Value } from '../src/app/value.ts';
import { InboxPane } from '../src/inbox/inbox-pane.tsx';
import { constant } from '../src/room/use-while-member.ts';
import { show } from './support/show.tsx';
import { withTalk } from './support/with-talk.tsx';

const pageSize = 2;

beforeEach(() => {
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

  readonly request = (async ({ query }: { query: string }, variables: { after?: string | null }) => {
    if (!query.startsWith('query InboxPage')) return new Promise(() => {});
    const all = [...this.rooms].sort(([, one], [, other]) => other - one);
    const rest = all.filter(([, time]) => time < Number(variables.after ?? Number.POSITIVE_INFINITY));
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
    readState: null,
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

async function showInbox(server: RoomServer) {
  const parley = {
    request: server.request,
    onViewerEvent: () => () => {},
    connection: new Value({ status: 'ready' }),
    unread: constant({ count: 0, rooms: new Map() }),
  };
  const page = show(withTalk(parley, <InboxPane route={{ name: 'inbox' }} onUnreadRooms={() => {}} />));
  await settled();
  const scroll = async () => {
    act(() => void page.querySelector('.inbox-list')!.dispatchEvent(new Event('scroll')));
    await settled();
  };
  const rooms = () => [...page.querySelectorAll('.inbox-name')].map(({ textContent }) => textContent).join('');
  return { page, rooms, scroll };
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
