/** @jest-environment jsdom */
import { expect, test } from '@jest/globals';
import { ParleyError } from 'parley-client';
import { act } from 'react';
import { NewRoom } from '../src/directory/new-room.tsx';
import { en } from '../src/words/en.ts';
import { show } from './support/show.tsx';
import { withTalk } from './support/with-talk.tsx';

/** Makes a room at a server that refuses it, and returns what the form says below which label. */
async function makeRoom(refusal: { code: string; path?: string[] } | ParleyError) {
  const request = async () => {
    if (refusal instanceof ParleyError) throw refusal;
    const error = { __typename: 'UserError', message: 'In English', path: null, ...refusal };
    return { createRoom: { __typename: 'CreateRoomPayload', room: null, userErrors: [error] } };
  };
  const page = show(withTalk({ request }, <NewRoom onClose={() => {}} />));
  page.querySelector<HTMLInputElement>('[name=name]')!.value = 'General';
  act(() => void page.querySelector('form')!.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true })));
  await act(async () => {});
  const alert = page.querySelector('[role=alert]')!;
  const field = page.querySelector<HTMLInputElement>(`[aria-describedby="${alert.id || 'none'}"]`);
  return [field?.name ?? null, alert.textContent];
}

test.each([
  ['CONFLICT', 'slug', 'slug', en.errors.slugTaken],
  ['CONFLICT', 'name', 'name', en.errors.nameTaken],
  ['INVALID_INPUT', 'topic', 'topic', en.faults.INVALID_INPUT],
  ['INVALID_INPUT', 'slug', 'slug', en.newRoom.slugHelp],
  ['INVALID_INPUT', 'memberIds', null, en.errors.other],
  ['RATE_LIMITED', 'kind', null, en.errors.RATE_LIMITED],
])('a form says %s of %s at the field %s, in its own words', async (code, path, field, text) => {
  expect(await makeRoom({ code, path: ['input', path] })).toEqual([field, text]);
});

test.each([
  ['RATE_LIMITED', en.errors.RATE_LIMITED],
  ['TIMEOUT', en.errors.NETWORK],
  ['INTERNAL', en.errors.other],
] as const)('a request that fails as %s is told in the words for it', async (code, text) => {
  expect(await makeRoom(new ParleyError({ code }))).toEqual([null, text]);
});
