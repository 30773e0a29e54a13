/** @jest-environment jsdom */
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { act, type ReactNode } from 'react';
import { ConnectionTrouble } from '../src/app/connection-trouble.tsx';
import { ToldTrouble } from '../src/app/told-trouble.tsx';
import { Value } from '../src/app/value.ts';
import { Directory } from '../src/directory/directory.tsx';
import { Inbox } from '../src/inbox/inbox.tsx';
import { en } from '../src/words/en.ts';
import { press, rerender, show } from './support/show.tsx';
import { withTalk } from './support/with-talk.tsx';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());
const later = (ms: number) => act(() => jest.advanceTimersByTime(ms));

const viewer = { id: 'me', displayName: 'Me' };
const inbox = {
  entries: [],
  tab: 'ALL',
  unreadRooms: 0,
  chosenId: null,
  presence: null,
  statusText: null,
  now: 0,
} as const;

test.each<[string, ReactNode]>([
  ['the directory', <Directory key="directory" rooms={[]} kind="ALL" query="" isLoading />],
  ['the inbox', <Inbox key="inbox" {...inbox} viewer={viewer} isLoading />],
])('%s says after two seconds that the server does not answer', (_part, part) => {
  const page = show(part);
  later(1999);
  expect(page.textContent).not.toContain(en.crash.noServer);

  later(1);

  expect(page.textContent).toContain(en.crash.noServer);
});

/** Shows a pane without a connection. */
function showPane() {
  const connection = new Value({ status: 'connecting' });
  const parley = { connection, outbox: new Value([]), connect: jest.fn(), disconnect: jest.fn() };
  const announce = jest.fn();
  const withPane = (name: string) =>
    withTalk(
      parley,
      <ToldTrouble>
        <ConnectionTrouble key={name} />
      </ToldTrouble>,
      { announce },
    );
  const page = show(withPane('directory'));
  return { page, connection, parley, announce, goTo: (name: string) => rerender(withPane(name)) };
}

test('a pane that is no room says that the connection is lost, and tries again', () => {
  const { page, connection, parley } = showPane();
  later(2000);
  expect(page.textContent).toContain(en.connection.reconnecting);

  press(page, en.connection.tryNow);
  expect(parley.connect).toHaveBeenCalledTimes(1);
  act(() => connection.set({ status: 'ready' }));

  expect(page.textContent).toBe('');
});

test('the bar about the connection stays in the next pane, and is announced once', () => {
  const { page, announce, goTo } = showPane();
  later(2000);

  goTo('profile');

  expect(page.textContent).toContain(en.connection.reconnecting);
  expect(announce.mock.calls).toEqual([[en.onlyOnPage.connectionLost]]);
});
