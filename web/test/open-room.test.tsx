/** @jest-environment jsdom */
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type Connection, type Outbox, type Outgoing, type Parley, ParleyError } from 'parley-client';
import { ParleyProvider } from 'parley-client/react';
import { act, type ReactNode } from 'react';
import { Provider } from 'urql';
import { dataOf } from '../src/app/data.ts';
import { type Talk, TalkProvider } from '../src/app/talk.tsx';
import { Value } from '../src/app/value.ts';
import { OpenRoom } from '../src/room/open-room.tsx';
import { RoomEnding } from '../src/room/room-ending.tsx';
import { en } from '../src/words/en.ts';
import { buttons, show } from './support/show.tsx';

beforeEach(() => {
  jest.useFakeTimers();
  window.matchMedia = (query) =>
    ({ matches: true, media: query, addEventListener() {}, removeEventListener() {} }) as never;
});
afterEach(() => void jest.useRealTimers());
const later = (ms: number) => act(() => jest.advanceTimersByTimeAsync(ms));

/** Opens a room on a phone, with a server that answers like this. `part`: what is shown, if it is not the whole room. */
function open(request: () => Promise<object>, part?: ReactNode) {
  const announce = jest.fn();
  const parley = {
    request: request as Parley['request'],
    connection: new Value<Connection>({ status: 'connecting', lost: true }),
    outbox: new Value<readonly Outgoing[]>([]) as Partial<Outbox> as Outbox,
  } as Partial<Parley> as Parley;
  const talk = { parley, announce } as Partial<Talk> as Talk;
  const page = show(
    <Provider value={dataOf(parley)}>
      <ParleyProvider client={parley}>
        <TalkProvider value={talk}>
          {part ?? <OpenRoom slug="general" id={null} at={null} areMembersOpen={false} onMembers={() => {}} />}
        </TalkProvider>
      </ParleyProvider>
    </Provider>,
  );
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

test('the end of a room is said, whatever it is, and takes the focus that was in the composer', async () => {
  const room = { __typename: 'Room', id: '1', name: 'General' };
  const past = { __typename: 'RoomMembership', id: '2', bannedUntil: null, moderationReason: null, room };
  const viewer = { __typename: 'Viewer', id: 'me', membership: { ...past, state: 'LEFT' } };
  const { page, announce } = open(async () => ({ room: null, viewer }), <RoomEnding roomId="1" name="General" />);

  await later(0);

  expect(announce.mock.calls).toEqual([[en.room.left, 'polite']]);
  expect(document.activeElement).toBe(page.querySelector('h2'));
});
