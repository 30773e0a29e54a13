/** @jest-environment jsdom */
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type Connection, type Outgoing, ParleyError, type RoomFields } from 'parley-client';
import { act } from 'react';
import type { Talk } from '../src/app/talk.tsx';
import { ToldTrouble } from '../src/app/told-trouble.tsx';
import { Value } from '../src/app/value.ts';
import { OpenRoom } from '../src/room/open-room.tsx';
import { en } from '../src/words/en.ts';
import { buttons, show } from './support/show.tsx';
import { withTalk } from './support/with-talk.tsx';

beforeEach(() => {
  jest.useFakeTimers();
  window.matchMedia = (query) =>
    ({ matches: true, media: query, addEventListener() {}, removeEventListener() {} }) as never;
});
afterEach(() => void jest.useRealTimers());
const later = (ms: number) => act(() => jest.advanceTimersByTimeAsync(ms));

interface Opened {
  address?: { slug: string | null; id: string | null };
  room?: object;
}

/** Opens a room on a phone, with a server that answers like this. `room`: the client's, once the server has found it. */
function open(
  request: (document: { query: string }) => Promise<object>,
  { address = { slug: 'general', id: null }, room }: Opened = {},
) {
  const announce = jest.fn();
  const presence = new Value({ rooms: new Map(), users: new Map() });
  const parley = {
    request,
    connection: new Value<Connection>({ status: 'connecting', lost: true }),
    outbox: new Value<readonly Outgoing[]>([]),
    room: () => room,
    presence: () => presence,
  };
  const server = { limits: { messageMaxLength: 1000 } } as Talk['server'];
  const part = <OpenRoom {...address} at={null} areMembersOpen={false} onMembers={() => {}} />;
  const page = show(withTalk(parley, <ToldTrouble>{part}</ToldTrouble>, { announce, server }));
  return { page, announce };
}

test('a room that cannot be asked for has a way back, and says that there is no connection', async () => {
  const { page } = open(() => Promise.reject(new ParleyError({ code: 'NETWORK' })));

  await later(2000);

  expect(page.querySelector('h1')!.textContent).toBe('general');
  expect(page.querySelector('button')!.ariaLabel).toBe(en.back);
  expect(page.textContent).toContain(en.connection.reconnecting);
  expect(page.querySelectorAll('.skeleton')).toHaveLength(3);
});

test('a room that the server refuses to show says so', async () => {
  const { page } = open(() => Promise.reject(new ParleyError({ code: 'INVALID_INPUT' })));

  await later(0);

  expect(page.textContent).toContain(en.errors.other);
  expect(buttons(page)).toContain(en.tryAgain);
});

const nothing = { get: () => [], subscribe: () => () => {} };

/** A room that is open, and has no messages. */
function emptyRoom(fields: Partial<RoomFields>) {
  return {
    id: fields.id,
    state: new Value<object>({ status: 'live', fields: { viewerPermissions: [], viewerMembership: null, ...fields } }),
    messages: new Value({ items: [], hasOlder: false, hasNewer: false }),
    typists: nothing,
    readers: nothing,
    onEvent: () => () => {},
    markRead: () => {},
  };
}

test.each([
  ['its id', { slug: null, id: '1' }],
  ['its slug', { slug: 'general', id: null }],
])('the end of a room opened by %s is said, and takes the focus that was in the composer', async (_, address) => {
  const name = { id: '1', kind: 'CHANNEL', slug: 'general', name: 'General', topic: null } as const;
  const room = emptyRoom(name);
  let found: object | null = { __typename: 'Room', ...name };
  const past = { __typename: 'RoomMembership', id: '2', bannedUntil: null, moderationReason: null, room: found };
  let membership: object | null = null;
  const { page, announce } = open(
    async ({ query }) => {
      const viewer = { __typename: 'Viewer', id: 'me', membership, membershipBySlug: membership };
      return query.startsWith('query RoomBy') ? { room: found, roomBySlug: found, viewer } : new Promise(() => {});
    },
    { address, room },
  );
  await later(0);
  expect(page.textContent).toContain(en.emptyRoom.title);

  [found, membership] = [null, { ...past, state: 'LEFT' }];
  act(() => room.state.set({ status: 'ended' }));
  await later(0);

  expect(announce.mock.calls).toEqual([[en.room.left, 'polite']]);
  expect(document.activeElement).toBe(page.querySelector('h2'));
  expect(page.querySelector('h1')!.textContent).toBe('General');
});

test('a room that cannot be read has the name that it had for its former members', async () => {
  const room = { __typename: 'Room', id: '1', name: 'General' };
  const past = { __typename: 'RoomMembership', id: '2', bannedUntil: null, moderationReason: null, room };
  const viewer = { __typename: 'Viewer', id: 'me', membership: { ...past, state: 'REMOVED' } };
  const { page } = open(async () => ({ room: null, viewer }), { address: { slug: null, id: '1' } });

  await later(0);

  expect(page.querySelector('h1')!.textContent).toBe('General');
  expect(page.querySelector('h2')!.textContent).toBe(en.room.removed('General'));
});
