/** @jest-environment jsdom */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ParleyError, type RoomFields } from 'parley-client';
import { act, type ReactNode, useRef } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { CrashBoundary } from '../src/app/crash-boundary.tsx';
import { Later } from '../src/app/later.tsx';
import { followNewBuilds } from '../src/app/new-build.ts';
import { Notice, showNotice } from '../src/app/notice.tsx';
import { useGrowing } from '../src/composer/use-growing.ts';
import { Directory, type PublicRoom } from '../src/directory/directory.tsx';
import { itemsOf } from '../src/log/items.ts';
import { focusBeside, onLogKey } from '../src/log/log-keys.ts';
import { LogView } from '../src/log/log-view.tsx';
import type { Message, OwnState } from '../src/log/message.ts';
import { MessageMenu } from '../src/log/message-menu.tsx';
import { onRefusal } from '../src/log/refusal.ts';
import { useToldSent } from '../src/log/use-told-sent.ts';
import { EmptyRoom } from '../src/room/empty-room.tsx';
import { useWhyNoComposer } from '../src/room/why-no-composer.ts';
import { en } from '../src/words/en.ts';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
const roots: Root[] = [];

afterEach(() => {
  for (const root of roots.splice(0)) act(() => root.unmount());
  sessionStorage.clear();
});

function show(element: ReactNode): HTMLElement {
  const page = document.createElement('div');
  document.body.replaceChildren(page);
  const root = createRoot(page, { onCaughtError: () => {} });
  roots.push(root);
  act(() => root.render(element));
  return page;
}

function rerender(page: Element, element: ReactNode): void {
  const root = roots.at(-1);
  expect(page.isConnected).toBe(true);
  act(() => root?.render(element));
}

const buttons = (page: Element) => [...page.querySelectorAll('button')].map(({ textContent }) => textContent);

function press(page: Element, text: string): void {
  const button = [...page.querySelectorAll('button')].find(({ textContent }) => textContent === text)!;
  act(() => button.click());
}

function Broken(): ReactNode {
  throw new Error('broken');
}

test('a part that cannot be rendered says so and offers to reload, and the parts around it stay', () => {
  const page = show(
    <>
      <p>Inbox</p>
      <CrashBoundary part="pane">
        <Broken />
      </CrashBoundary>
    </>,
  );

  expect(page.textContent).toBe(`Inbox${en.crash.text}${en.crash.reload}`);
});

describe('when a part of the page cannot be loaded,', () => {
  const fail = async () => {
    dispatchEvent(new Event('vite:preloadError'));
    await new Promise((resolve) => setTimeout(resolve));
  };

  test('it reloads once: the server has another build', async () => {
    const reload = jest.fn();
    const stop = followNewBuilds({ isServerThere: async () => true, reload });

    await fail();
    await fail();

    expect(reload).toHaveBeenCalledTimes(1);
    stop();
  });

  test('it stays while the server does not answer', async () => {
    const reload = jest.fn();
    const stop = followNewBuilds({ isServerThere: async () => Promise.reject(new Error('offline')), reload });

    await fail();

    expect(reload).not.toHaveBeenCalled();
    stop();
  });
});

function Over() {
  return <p>Over</p>;
}

test('what lies over the page and cannot be loaded says so, closes, and is tried again', async () => {
  const onClose = jest.fn();
  const load = jest.fn(async () => (load.mock.calls.length === 1 ? Promise.reject(new Error('offline')) : Over));
  const opened = () => (
    <>
      <Later load={load} props={{ onClose }} />
      <Notice />
    </>
  );

  const first = show(opened());
  await act(async () => {});
  expect([first.textContent, onClose.mock.calls.length]).toEqual([en.errors.NETWORK, 1]);
  const second = show(opened());
  await act(async () => {});

  expect(second.textContent).toContain('Over');
  act(() => showNotice(null));
});

const noor = { id: 'noor', displayName: 'Noor Haddad' };
const message: Message = {
  id: '1',
  author: noor,
  kind: 'USER',
  text: 'x',
  createdAt: new Date().toISOString(),
  editedAt: null,
  deletedAt: null,
  replyTo: null,
  reactionGroups: [],
  systemEvent: null,
};

const logOf = (messages: Message[]) => {
  const rest = { viewerId: null, now: Date.now(), quickEmoji: [], mayReact: false, mayReply: false };
  return { room: 'Room', items: itemsOf(messages), ...rest };
};

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

function Why({ room }: { room: RoomFields }) {
  return useWhyNoComposer(room)?.type ?? 'composer';
}

function Told({ states, announce }: { states: ReadonlyMap<string, OwnState>; announce: (text: string) => void }) {
  useToldSent(states, announce);
  return null;
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
    isOwn: false,
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

test('the keys of a message do nothing for one that is hidden', () => {
  const keys = { act: jest.fn(), focused: jest.fn(), typed: jest.fn() };
  const rows = logOf([message, { ...message, id: '2', isHidden: true }]);
  const page = show(<LogView {...rows} onKeyDown={(event) => onLogKey(event, keys)} />);
  const [seen, hidden] = page.querySelectorAll('article');

  for (const row of [hidden, seen])
    act(() => void row!.dispatchEvent(new KeyboardEvent('keydown', { key: 'c', bubbles: true })));

  expect(keys.act.mock.calls).toEqual([['copy', seen]]);
});

test("deleting somebody else's message asks first, and can be left", () => {
  const [onAct, onClose] = [jest.fn(), jest.fn()];
  const anchor = document.createElement('button');
  const props = { message, isOwn: false, may: new Set(['delete'] as const), anchor, onAct, onClose };
  const page = show(<MessageMenu {...props} />);

  press(page, 'Delete message');

  expect(page.textContent).toBe('Delete for everyone?DeleteCancel');
  expect(onAct).not.toHaveBeenCalled();
  press(page, 'Cancel');
  expect(onClose).toHaveBeenCalledTimes(1);
  press(page, 'Delete');
  expect(onAct).toHaveBeenCalledWith('delete');
});

describe('with a clock,', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());
  const later = (ms: number) => act(() => jest.advanceTimersByTime(ms));

  test('the composer of a muted member comes back when the mute runs out', () => {
    const mutedUntil = new Date(Date.now() + 60_000).toISOString();
    const page = show(<Why room={{ ...joined, viewerMembership: { ...joined.viewerMembership!, mutedUntil } }} />);
    expect(page.textContent).toBe('muted');

    later(59_000);
    expect(page.textContent).toBe('muted');
    later(1001);

    expect(page.textContent).toBe('composer');
  });

  test('a notice that is shown again lasts its whole time again', () => {
    const page = show(<Notice />);
    act(() => showNotice('No'));
    later(7000);
    act(() => showNotice('No'));

    later(7000);
    expect(page.textContent).toBe('No');
    later(1000);

    expect(page.textContent).toBe('');
  });

  test('a finger that rests on a message opens its menu; one that moves scrolls', () => {
    const onAct = jest.fn();
    const page = show(<LogView {...logOf([message])} onAct={onAct} />);
    const row = page.querySelector('article')!;
    const touch = (type: string, clientY: number) => {
      // jsdom has no events of pointers.
      const event = new MouseEvent(type, { bubbles: true, clientX: 9, clientY });
      act(() => void row.dispatchEvent(Object.assign(event, { pointerType: 'touch', isPrimary: true })));
    };

    touch('pointerdown', 100);
    touch('pointermove', 120);
    later(1000);
    expect(onAct).not.toHaveBeenCalled();
    touch('pointerdown', 100);
    later(399);
    expect(onAct).not.toHaveBeenCalled();
    later(1);

    expect(onAct).toHaveBeenCalledWith(expect.objectContaining({ act: 'menu', messageId: message.id, at: row }));
  });

  test('the focus goes from a deleted message to the next one, or else to the one before', () => {
    const page = show(<LogView {...logOf([message, { ...message, id: '2' }])} />);
    const [first, second] = page.querySelectorAll('article');

    expect(focusBeside(first!)).toBe('2');
    later(20);
    expect(document.activeElement).toBe(second);
    expect(focusBeside(second!)).toBe(message.id);
    expect(focusBeside(null)).toBeNull();
  });
});

test('a message that had to wait is said to be sent once it is, and a refused one why', () => {
  const announce = jest.fn();
  const states = (...entries: [string, OwnState][]) => <Told states={new Map(entries)} announce={announce} />;
  const queued: OwnState = { type: 'queued', count: 1 };
  const page = show(states(['a', queued], ['b', { type: 'sending' }]));

  rerender(page, states(['a', { type: 'sending' }]));
  expect(announce).not.toHaveBeenCalled();
  rerender(page, states(['c', { type: 'failed', why: 'You are muted here.' }]));

  expect(announce.mock.calls).toEqual([[en.log.sent], [en.log.notSent('You are muted here.'), 'assertive']]);
});

test('a field grows with its text where the browser does not do so', () => {
  const height = jest.spyOn(HTMLElement.prototype, 'scrollHeight', 'get').mockReturnValue(66);

  const page = show(<Growing text={'one\ntwo'} />);

  expect(page.querySelector('textarea')!.style.height).toBe('66px');
  height.mockRestore();
});

test('a refused change is given up, and one that is given up is not called refused', async () => {
  const told = jest.fn();
  const outgoing = (code: string) => ({
    done: Promise.reject(new ParleyError({ code: code as 'MUTED' })),
    discard: jest.fn(),
  });
  const [refused, discarded] = [outgoing('EDIT_WINDOW_CLOSED'), outgoing('DISCARDED')];

  for (const one of [refused, discarded]) onRefusal(one, told);
  await new Promise((resolve) => setTimeout(resolve));

  expect(told.mock.calls).toEqual([['EDIT_WINDOW_CLOSED']]);
  expect(refused.discard).toHaveBeenCalled();
  expect(discarded.discard).not.toHaveBeenCalled();
});
