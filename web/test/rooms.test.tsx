/** @jest-environment jsdom */
import { describe, expect, jest, test } from '@jest/globals';
import type { Room, RoomFields } from 'parley-client';
import { act, useRef } from 'react';
import { type Talk, TalkProvider } from '../src/app/talk.tsx';
import { ComposerInstead } from '../src/composer/composer-instead.tsx';
import { useGrowing } from '../src/composer/use-growing.ts';
import { Directory, type PublicRoom } from '../src/directory/directory.tsx';
import { Members } from '../src/members/members.tsx';
import { ConnectionBar } from '../src/room/connection-bar.tsx';
import { EmptyRoom } from '../src/room/empty-room.tsx';
import { endOf } from '../src/room/end-of.ts';
import { EndedRoom } from '../src/room/ended-room.tsx';
import { RoomHead } from '../src/room/room-head.tsx';
import { useSeen } from '../src/room/use-seen.tsx';
import { constant } from '../src/room/use-while-member.ts';
import { useWhyNoComposer } from '../src/room/why-no-composer.ts';
import { en } from '../src/words/en.ts';
import { buttons, press, show } from './support/show.tsx';

const noor = { id: 'noor', displayName: 'Noor Haddad' };

const joined: RoomFields = {
  id: 'room',
  kind: 'GROUP',
  slug: null,
  name: 'Room',
  topic: null,
  avatarUrl: null,
  createdAt: new Date(0).toISOString(),
  archivedAt: null,
  postingPolicy: 'MEMBERS',
  slowModeSeconds: 0,
  memberCount: 2,
  viewerPermissions: [],
  viewerMembership: {
    id: 'membership',
    state: 'JOINED',
    role: 'MEMBER',
    joinedAt: null,
    user: { ...noor, username: 'noor', avatarUrl: null, kind: 'HUMAN' },
    mutedUntil: null,
    notificationLevel: 'ALL',
    readState: null,
  },
};

function SeenBelow({ room }: { room: Room }) {
  return useSeen(room, { people: new Map([[noor.id, noor]]), isDirect: true, isMember: true })
    .keys()
    .next().value;
}

function Why({ room }: { room: RoomFields }) {
  return useWhyNoComposer(room)?.type ?? 'composer';
}

function Instead({ room }: { room: RoomFields }) {
  return <ComposerInstead why={useWhyNoComposer(room)!} />;
}

function Growing({ text }: { text: string }) {
  const field = useRef<HTMLTextAreaElement>(null);
  useGrowing(field, text);
  return <textarea ref={field} defaultValue={text} />;
}

describe('an empty room', () => {
  const room = {
    kind: 'CHANNEL',
    other: null,
    isPublic: true,
    mayWrite: true,
    mayAddPeople: true,
  } as const;

  test('invites to greet everyone and to bring others', () => {
    expect(buttons(show(<EmptyRoom {...room} />))).toEqual(['👋 Hello everyone', 'Add people', 'Copy link']);
  });

  test('invites to greet the other one alone, in a conversation of two', () => {
    const onHello = jest.fn();
    const direct = { ...room, kind: 'DIRECT', other: noor, isPublic: false, mayAddPeople: false } as const;
    const page = show(<EmptyRoom {...direct} onHello={onHello} />);

    press(page, '👋 Hello Noor');

    expect(buttons(page)).toEqual(['👋 Hello Noor']);
    expect(page.textContent).toContain('Only you and Noor Haddad');
    expect(onHello).toHaveBeenCalledWith('👋 Hello Noor');
  });

  test('offers nothing to write to those who cannot write', () => {
    expect(buttons(show(<EmptyRoom {...room} mayWrite={false} mayAddPeople={false} />))).toEqual(['Copy link']);
  });
});

test('the composer of a muted member comes back when the mute runs out', () => {
  jest.useFakeTimers();
  const later = (ms: number) => act(() => jest.advanceTimersByTime(ms));
  const mutedUntil = new Date(Date.now() + 60_000).toISOString();
  const page = show(<Why room={{ ...joined, viewerMembership: { ...joined.viewerMembership!, mutedUntil } }} />);
  expect(page.textContent).toBe('muted');

  later(59_000);
  expect(page.textContent).toBe('muted');
  later(1001);

  expect(page.textContent).toBe('composer');
  jest.useRealTimers();
});

test('where only moderators write, one is not invited to join to write', () => {
  const reader = { ...joined, viewerMembership: null };
  const said = (room: RoomFields) => show(<Instead room={room} />).textContent;

  expect(said({ ...reader, viewerPermissions: ['READ', 'SEND_MESSAGE'] })).toBe('Join to writeJoin');
  expect(said({ ...reader, viewerPermissions: ['READ'], postingPolicy: 'MODERATORS' })).toBe(
    'Only moderators write here.Join',
  );
});

test('the bell is shown to members alone', () => {
  const head = { kind: 'CHANNEL', name: 'Room', topic: null, other: null, presence: null } as const;
  const rest = { hereCount: null, typing: null, isPhone: false, areMembersOpen: false };
  const labels = (isSilenced: boolean | null) =>
    [...show(<RoomHead {...head} {...rest} isSilenced={isSilenced} />).querySelectorAll('button')].map(
      ({ ariaLabel }) => ariaLabel,
    );

  expect(labels(false)).toEqual([en.onlyOnPage.notificationsOn, en.more]);
  expect(labels(null)).toEqual([en.more]);
});

test('a field grows with its text where the browser does not do so', () => {
  const height = jest.spyOn(HTMLElement.prototype, 'scrollHeight', 'get').mockReturnValue(66);

  const page = show(<Growing text={'one\ntwo'} />);

  expect(page.querySelector('textarea')!.style.height).toBe('66px');
  height.mockRestore();
});

test('the name of a room in the directory is a link to it, joined or not', () => {
  const counts = { hereCount: 0, memberCount: 1, faces: [], topic: null, kind: 'CHANNEL' as const };
  const rooms: PublicRoom[] = [
    { id: '1', href: '/r/one', name: 'One', isJoined: false, ...counts },
    { id: '2', href: '/r/two', name: 'Two', isJoined: true, ...counts },
  ];

  const page = show(<Directory rooms={rooms} kind="ALL" query="" />);

  const links = [...page.querySelectorAll('h2 a')].map((link) => [link.textContent, link.getAttribute('href')]);
  expect(links).toEqual([
    ['One', '/r/one'],
    ['Two', '/r/two'],
  ]);
});

test('a room that cannot be read is called by its name, or else "this room"', () => {
  const membership = { id: '1', state: 'REMOVED', bannedUntil: null, moderationReason: null } as const;
  const said = (name: string | null) =>
    show(<EndedRoom end={endOf({ ...membership, room: { id: '2', name } })} />).querySelector('h2')!.textContent;

  expect(said('Rocket club')).toBe('You were removed from Rocket club.');
  expect(said(null)).toBe('You were removed from this room.');
});

test('what is kept without a connection is said only to those who can write', () => {
  const said = (mayWrite: boolean) => show(<ConnectionBar trouble="reconnecting" mayWrite={mayWrite} />).textContent;

  expect(said(true)).toContain(en.connection.keepWriting);
  expect(said(false)).toBe(en.connection.reconnecting + en.connection.tryNow);
});

test('"Seen" stands below a message that is not deleted', () => {
  const own = { kind: 'USER', author: { id: 'me' }, deletedAt: null };
  const items = [
    { ...own, id: 'kept', sequence: 1 },
    { ...own, id: 'deleted', sequence: 2, deletedAt: new Date(0).toISOString() },
  ];
  const room = { readers: constant(new Map([[noor.id, 2]])), messages: constant({ items }) };
  const talk = { viewer: { id: 'me', displayName: 'Me', isAdmin: false } } as Partial<Talk> as Talk;

  const page = show(
    <TalkProvider value={talk}>
      <SeenBelow room={room as object as Room} />
    </TalkProvider>,
  );

  expect(page.textContent).toBe('kept');
});

test('the members say who is online but not in the room, and until when somebody is banned', () => {
  const member = { person: noor, role: 'MEMBER', presence: 'ONLINE', isMuted: false } as const;
  const banned = { ...member, person: { id: 'max', displayName: 'Max' }, presence: null, note: 'until 10:00' };
  const lists = {
    leaders: [],
    here: [],
    hereCount: 0,
    away: [member],
    awayCount: 1,
    banned: { title: 'Banned', list: [banned] },
  };
  const page = show(<Members {...lists} count={1} viewerId={null} takesFocus={false} query="" />);

  const headings = [...page.querySelectorAll('h3')].map(({ textContent }) => textContent);
  expect(headings).toEqual(['Elsewhere 1', 'Banned ']);
  expect(page.querySelectorAll('li')[1]!.textContent).toContain('until 10:00');
});
