/** @jest-environment jsdom */
import { afterEach, expect, jest, test } from '@jest/globals';
import {
  ParleyProvider,
  type ParleyProviderProps,
  useConnection,
  useOutgoing,
  usePresence,
  useRoom,
  useSend,
  useTyping,
  useUnread,
} from 'parley-client/react';
import { type ReactNode, StrictMode } from 'react';
import { createRoot, hydrateRoot, type Root } from 'react-dom/client';
import { until } from '../../test/support/until.ts';
import { FakeRoom, snapshot } from './support/fake-room.ts';
import { Page } from './support/page.tsx';

const roots: Root[] = [];
const rooms: FakeRoom[] = [];
const page = document.body;

afterEach(async () => {
  for (const root of roots.splice(0)) root.unmount();
  for (const room of rooms.splice(0)) await room.close();
});

async function fakeRoom(count: number): Promise<FakeRoom> {
  const room = await FakeRoom.open(count);
  rooms.push(room);
  return room;
}

function show(element: ReactNode): Root {
  const root = createRoot(page);
  roots.push(root);
  root.render(element);
  return root;
}

/** Renders the page with modules of its own, as a process of a server has. */
async function rendered(props: ParleyProviderProps): Promise<string> {
  let html = '';
  await jest.isolateModulesAsync(async () => {
    const server = await import('./support/page.tsx');
    html = await server.htmlOf(props);
  });
  return html;
}

const shown = () => [...page.querySelectorAll('li')].map(({ textContent }) => textContent);
const isBusy = () => page.querySelector('ol')?.getAttribute('aria-busy');
const textsTo = (last: number, from = 1) =>
  Array.from({ length: last - from + 1 }, (_, index) => `text ${from + index}`);

test('a list shows that it is loading, then the messages, then a burst of a thousand without a gap', async () => {
  const room = await fakeRoom(3);
  show(<Page client={room.parley} />);
  await until(() => isBusy() === 'true');
  await until(() => shown().length === 3);
  expect(isBusy()).toBe('false');
  await until(() => room.asked.includes('RoomEvents'));

  room.say(4, 1003);
  await until(() => shown().at(-1) === 'text 1003');

  expect(shown()).toEqual(textsTo(1003, 504));
});

test('under StrictMode, each thing is asked for once, and given up when nothing shows it', async () => {
  const room = await fakeRoom(3);
  const root = show(
    <StrictMode>
      <Page client={room.parley} />
      <Page client={room.parley} />
    </StrictMode>,
  );
  await until(() => shown().length === 6);
  await until(() => room.asked.includes('RoomEvents'));
  root.render(null);
  await until(() => room.server.connections[0]?.received.at(-1)?.type === 'complete');

  expect(room.asked).toEqual(['RoomSnapshot', 'RoomEvents']);
});

test('a page that a server has rendered is hydrated as it is, and goes on from there', async () => {
  const room = await fakeRoom(3);
  const before = await fakeRoom(0);
  const snapshots = [snapshot(3)];
  const html = await rendered({ client: before.parley, rooms: snapshots });
  page.innerHTML = html;
  const first = page.querySelector('li');
  const faults: unknown[] = [];
  const complaints = jest.spyOn(console, 'error');

  const client = <Page client={room.parley} rooms={JSON.parse(JSON.stringify(snapshots))} />;
  roots.push(hydrateRoot(page, client, { onRecoverableError: (error) => faults.push(error) }));
  await until(() => room.asked.length > 0);
  room.say(4, 4);
  await until(() => shown().length === 4);

  expect(html).toContain('text 3');
  expect(shown()).toEqual(textsTo(4));
  expect(page.querySelector('li')).toBe(first);
  expect(room.asked).toEqual(['RoomEvents']);
  expect(room.variablesOf('RoomEvents')).toEqual({ roomId: 'r', after: 'c3' });
  expect(faults).toEqual([]);
  expect(complaints).not.toHaveBeenCalled();
});

function Panel() {
  const { status } = useRoom('r');
  const send = useSend('r');
  const typists = useTyping('r').map(({ displayName }) => displayName);
  const { onlineCount = 0 } = usePresence(['r']).rooms.get('r') ?? {};
  const seen = [useConnection().status, status, ...typists, onlineCount, useUnread().count, useOutgoing().length];
  return (
    <button type="button" onClick={() => send('mine')}>
      {seen.join(' ')}
    </button>
  );
}

test('the connection, typing, presence, unread counts and unsent messages are shown', async () => {
  const room = await fakeRoom(3);
  const says = (text: string) => until(() => page.textContent?.includes(text) ?? false);
  show(
    <ParleyProvider client={room.parley}>
      <Panel />
      <Page client={room.parley} />
    </ParleyProvider>,
  );
  await says('ready live 0 0 0');

  const grace = { id: 'grace', username: 'grace', displayName: 'Grace', avatarUrl: null, kind: 'HUMAN' };
  room.send('TypingChanged', { typingChanged: { users: [grace] } });
  const update = { roomId: 'r', isSnapshot: true, onlineCount: 7, changed: [], wentOffline: [] };
  room.send('PresenceChanged', { presenceChanged: update });
  const unread = { messages: { value: 5, isCapped: false }, rooms: { value: 1, isCapped: false } };
  const pendingCount = { value: 0, isCapped: false };
  const snapshotOfViewer = { __typename: 'ViewerSnapshot', unread, pendingNotifications: [], pendingCount };
  room.send('ViewerEvents', { viewerEvents: snapshotOfViewer });
  await says('ready live Grace 7 5 0');
  page.querySelector('button')?.click();
  await says('ready live Grace 7 5 1');

  expect(shown()).toEqual([...textsTo(3), 'mine']);
});
