/** @jest-environment jsdom */
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { act, type ReactNode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { CrashBoundary } from '../src/app/crash-boundary.tsx';
import { followNewBuilds } from '../src/app/new-build.ts';
import { Directory, type PublicRoom } from '../src/directory/directory.tsx';
import type { Message } from '../src/log/message.ts';
import { MessageMenu } from '../src/log/message-menu.tsx';
import { EmptyRoom } from '../src/room/empty-room.tsx';
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

const noor = { id: 'noor', displayName: 'Noor Haddad' };

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

test("deleting somebody else's message asks first, and can be left", () => {
  const [onAct, onClose] = [jest.fn(), jest.fn()];
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
