/** @jest-environment jsdom */
import { expect, test } from '@jest/globals';
import { act } from 'react';
import type { Entrance } from '../src/widget/entrance.ts';
import { GuestEntry } from '../src/widget/guest-entry.tsx';
import { en } from '../src/words/en.ts';
import { show } from './support/show.tsx';

test.each([
  ['NETWORK', en.signIn.noServer],
  ['TIMEOUT', en.signIn.noServer],
  ['RATE_LIMITED', en.signIn.busy],
  ['INVALID_INPUT', en.faults.INVALID_INPUT],
  ['INTERNAL', en.faults.other],
])('a guest who is refused by %s reads why in their own language', async (code, text) => {
  const refused = Object.assign(new Error('In English'), { code });
  const entrance = {
    isOver: false,
    limits: async () => ({ capabilities: ['GUESTS'] }),
    signInAsGuest: () => Promise.reject(refused),
  };

  const page = await act(async () => show(<GuestEntry entrance={entrance as object as Entrance} guestName="Ama" />));

  expect(page.querySelector('[role=alert]')?.textContent).toBe(text);
});
