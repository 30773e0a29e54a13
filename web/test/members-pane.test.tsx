/** @jest-environment jsdom */
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { RoomEventFields } from 'parley-client';
import { act, useState } from 'react';
import { ToldTrouble } from '../src/app/told-trouble.tsx';
import { Value } from '../src/app/value.ts';
import MembersPane from '../src/members/members-pane.tsx';
import { press, show } from './support/show.tsx';
import { withTalk } from './support/with-talk.tsx';

beforeEach(() => {
  jest.useFakeTimers();
  jest.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(1);
});
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});
const later = (ms: number) => act(() => jest.advanceTimersByTimeAsync(ms));

const pageSize = 2;

function membershipOf(name: string) {
  const user = { __typename: 'User', id: name, displayName: name, username: null, kind: 'HUMAN' };
  const presence = { __typename: 'Presence', status: 'OFFLINE', statusText: null, user };
  return {
    __typename: 'RoomMembership',
    id: `membership ${name}`,
    state: 'JOINED',
    role: 'MEMBER',
    joinedAt: null,
    mutedUntil: null,
    bannedUntil: null,
    moderationReason: null,
    user: { ...user, presence },
  };
}

function Toggled() {
  const [isOpen, setOpen] = useState(true);
  return (
    <>
      <button type="button" onClick={() => setOpen(!isOpen)}>
        Toggle
      </button>
      {isOpen && <MembersPane roomId="room" onClose={() => {}} />}
    </>
  );
}

/** Shows the members of a room: these people, of whom some are in the room. */
async function showMembers(names: string[], here: string[] = []) {
  let answerMs = 0;
  const connection = new Value({ status: 'ready' });
  const users = new Map(here.map((name) => [name, { status: 'ONLINE', statusText: null }]));
  const rooms = new Map([['room', { onlineCount: here.length, userIds: here }]]);
  const presence = new Value({ users, rooms });
  let hear = (_event: RoomEventFields) => {};
  const onEvent = (listener: typeof hear) => {
    hear = listener;
    return () => {};
  };
  const request = async ({ query }: { query: string }, { after }: { after?: string | null }) => {
    const isPage = query.startsWith('query MemberPage');
    if (!isPage && !query.startsWith('query Leaders')) return new Promise(() => {});
    await new Promise((resolve) => setTimeout(resolve, answerMs)); // on the clock of the test
    const from = after ? names.indexOf(after) + 1 : 0;
    const page = isPage ? names.slice(from, from + pageSize) : [];
    const pageInfo = { __typename: 'PageInfo', endCursor: page.at(-1), hasNextPage: from + pageSize < names.length };
    const members = { __typename: 'RoomMembershipConnection', nodes: page.map(membershipOf), pageInfo };
    return { room: { __typename: 'Room', id: 'room', memberCount: names.length, members } };
  };
  const parley = { request, connection, outbox: new Value([]), presence: () => presence, room: () => ({ onEvent }) };
  const part = (
    <ToldTrouble>
      <Toggled />
    </ToldTrouble>
  );
  const page = show(withTalk(parley, part));
  await later(1);
  const headings = () => [...page.querySelectorAll('h3')].map(({ textContent }) => textContent);
  const rows = () => [...page.querySelectorAll('li .cut')].map(({ textContent }) => textContent?.trim());
  const scroll = async () => {
    act(() => void page.querySelector('.members-list')!.dispatchEvent(new Event('scroll')));
    await later(1);
  };
  const change = () => act(() => hear({ __typename: 'MembershipChangedEvent' } as RoomEventFields));
  const slowDown = (ms: number) => {
    answerMs = ms;
  };
  return { page, connection, headings, rows, scroll, change, slowDown };
}

test('a blink of the connection changes nothing in the members, and a loss says of nobody where they are', async () => {
  const { connection, headings, rows } = await showMembers(['ada', 'eve'], ['eve']);
  const before = ['Here now 1', 'Elsewhere 1'];
  expect([headings(), rows()]).toEqual([before, ['eve , Online', 'ada , Offline']]);

  act(() => connection.set({ status: 'connecting' }));
  await later(1999);
  expect(headings()).toEqual(before);
  await later(1);

  expect([headings(), rows()]).toEqual([['Members '], ['eve', 'ada']]);
});

test('a later page of the members is asked for again when the list is opened again', async () => {
  const names = ['ada', 'bob', 'cem', 'dan'];
  const { page, rows, scroll } = await showMembers(names);
  await scroll();
  expect(rows()).toHaveLength(4);
  press(page, 'Toggle');

  names[3] = 'eve';
  press(page, 'Toggle');
  await later(1);
  await scroll();

  expect(rows()).toEqual(['ada , Offline', 'bob , Offline', 'cem , Offline', 'eve , Offline']);
});

test('people who join all the time do not hold the list back, however many pages it has', async () => {
  const names = ['ada', 'bob', 'cem', 'dan', 'eve'];
  const { rows, scroll, change, slowDown } = await showMembers(names);
  await scroll();
  await scroll();
  expect(rows()).toHaveLength(5);
  slowDown(1500);
  names.push('fay');

  for (let seconds = 0; seconds < 4; seconds++) {
    change();
    await later(1000);
  }

  expect(rows()).toContain('fay , Offline');
});

test('the list is one stop for the keyboard: arrows, End and letters lead to the buttons of the rows', async () => {
  const { page, scroll } = await showMembers(['ada', 'bob', 'cem', 'me']);
  await scroll();
  const inRows = [...page.querySelectorAll<HTMLElement>('li button')];
  act(() => inRows[0]!.focus());
  const after = (key: string) => {
    act(() => void document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true })));
    return document.activeElement?.getAttribute('aria-label');
  };

  const led = ['ArrowDown', 'End', 'ArrowDown', 'b', 'Home', 'ArrowUp'].map(after);

  expect(led.map((label) => label?.slice(-3))).toEqual(['bob', 'cem', 'cem', 'bob', 'ada', 'ada']);
  expect(inRows.map(({ tabIndex }) => tabIndex)).toEqual([0, -1, -1]);
});
