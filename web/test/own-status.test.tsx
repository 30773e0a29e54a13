/** @jest-environment jsdom */
import { expect, jest, test } from '@jest/globals';
import type { Connection, Parley } from 'parley-client';
import { act } from 'react';
import { Value } from '../src/app/value.ts';
import { Status } from '../src/profile/status.tsx';
import { en } from '../src/words/en.ts';
import { show } from './support/show.tsx';
import { withTalk } from './support/with-talk.tsx';

const settled = () => act(async () => {});

/** A server for which the viewer is offline until it knows of a connection. */
async function showStatus() {
  const connection = new Value<Connection>({ status: 'idle' });
  const setStatus = jest.fn((_variables: unknown) => new Promise(() => {}));
  const request = (async ({ query }: { query: string }, variables: unknown) => {
    if (query.startsWith('mutation SetStatus')) return setStatus(variables);
    const status = connection.get().status === 'ready' ? 'ONLINE' : 'OFFLINE';
    const user = { __typename: 'User', id: 'ada', displayName: 'Ada' };
    const presence = { __typename: 'Presence', status, statusText: null, user };
    return { viewer: { __typename: 'Viewer', id: 'ada', user: { ...user, presence } } };
  }) as Parley['request'];
  const page = show(withTalk({ request, connection }, <Status statusText={null} />));
  await settled();
  return { page, connection, setStatus, statuses: page.querySelector('fieldset')! };
}

test('a text is saved without a status, which may not be known', async () => {
  const { page, setStatus } = await showStatus();
  const form = page.querySelector('form')!;
  form.querySelector('input')!.value = 'At lunch';

  act(() => void form.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true })));
  await settled();

  expect(setStatus).toHaveBeenCalledWith({ input: { statusText: 'At lunch' } });
});

test('the status is known once the server knows of the connection, and cannot be chosen before', async () => {
  const { connection, statuses } = await showStatus();
  const chosen = () => statuses.querySelector(':checked')?.closest('label')?.textContent ?? null;
  expect([chosen(), statuses.disabled]).toEqual([null, true]);

  act(() => connection.set({ status: 'ready' } as Connection));
  await settled();

  expect([chosen(), statuses.disabled]).toEqual([en.presence.ONLINE, false]);
});
