/** @jest-environment jsdom */
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { Parley } from 'parley-client';
import { act, type ReactNode } from 'react';
import { ToldTrouble } from '../src/app/told-trouble.tsx';
import { Value } from '../src/app/value.ts';
import DirectoryPane from '../src/directory/directory-pane.tsx';
import { ChoosePeople } from '../src/find/choose-people.tsx';
import { Finder } from '../src/find/finder.tsx';
import { press, show } from './support/show.tsx';
import { withTalk } from './support/with-talk.tsx';

const answerMs = 1000;
const stepMs = 50;

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** React renders between the steps. */
async function later(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= stepMs) await act(() => jest.advanceTimersByTimeAsync(stepMs));
}

/** A server with a room and a person of the name that is looked for, which takes a while to answer. */
const request = (async (_document: unknown, { query }: { query: string }) => {
  await new Promise((resolve) => setTimeout(resolve, answerMs));
  const name = query || 'recent';
  const room = { __typename: 'Room', id: name, kind: 'CHANNEL', slug: name, name, topic: null, memberCount: 1 };
  const members = { __typename: 'RoomMembershipConnection', nodes: [] };
  const membership = { __typename: 'RoomMembership', id: name, room: { ...room, members } };
  const user = { __typename: 'User', id: name, displayName: name, username: name };
  const presence = { __typename: 'Presence', status: 'ONLINE', statusText: null, user };
  const memberships = { __typename: 'RoomMembershipConnection', nodes: [membership] };
  return {
    users: { __typename: 'UserConnection', nodes: [{ ...user, presence }] },
    viewer: { __typename: 'Viewer', id: 'me', memberships },
    rooms: { __typename: 'RoomConnection', nodes: [] },
  };
}) as Parley['request'];

const choice = { title: 'People', buttonFor: () => 'Write', onChosen: () => {}, onClose: () => {} };

async function open(dialog: ReactNode): Promise<HTMLInputElement> {
  const page = show(withTalk({ request }, dialog));
  await later(2 * answerMs);
  return page.querySelector('input')!;
}

function type(field: HTMLInputElement, text: string): void {
  act(() => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!.call(field, text);
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

function enter(field: HTMLInputElement): void {
  act(() => void field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true })));
}

test('Enter waits for what is found for the text in the field, and then leads there', async () => {
  const onClose = jest.fn();
  const field = await open(<Finder onClose={onClose} />);

  type(field, 'general');
  enter(field);
  await later(answerMs);
  expect(onClose).not.toHaveBeenCalled(); // the most recent room is still shown
  await later(answerMs);

  expect(onClose).toHaveBeenCalledTimes(1);
});

test('Enter is forgotten if something else is typed before the answer', async () => {
  const onClose = jest.fn();
  const field = await open(<Finder onClose={onClose} />);

  type(field, 'general');
  enter(field);
  await later(answerMs);
  type(field, 'gender');
  await later(3 * answerMs);

  expect(onClose).not.toHaveBeenCalled();
});

test('Enter chooses the person who is found for the text in the field, once they are found', async () => {
  const field = await open(<ChoosePeople {...choice} />);

  type(field, 'grace');
  enter(field);
  await later(2 * answerMs);

  const chosen = [...document.querySelectorAll('.chosen li')].map(({ textContent }) => textContent);
  expect([chosen, field.value]).toEqual([['grace'], '']);
});

test('what was not found is looked for in the public rooms', async () => {
  const nothing = (nodes: string) => ({ __typename: nodes, nodes: [] });
  const viewer = { __typename: 'Viewer', id: 'me', memberships: nothing('RoomMembershipConnection') };
  const find = async () => ({ users: nothing('UserConnection'), viewer, rooms: nothing('RoomConnection') });
  const page = show(withTalk({ request: find }, <Finder onClose={() => {}} />));

  type(page.querySelector('input')!, 'jazz & blues');
  await later(answerMs);
  press(page, 'Search public rooms');

  expect(location.pathname + location.search).toBe('/rooms?q=jazz+%26+blues');
});

test('the public rooms of an address are those that it asks for', async () => {
  const asked: unknown[] = [];
  const list = (_document: unknown, { query }: { query: string }) => {
    asked.push(query);
    return new Promise(() => {});
  };

  const page = show(
    withTalk(
      { request: list, connection: new Value({ status: 'ready' }), outbox: new Value([]) },
      <ToldTrouble>
        <DirectoryPane asked="jazz" />
      </ToldTrouble>,
    ),
  );
  await later(stepMs);

  expect([page.querySelector('input')!.value, asked]).toEqual(['jazz', ['jazz']]);
});

test.each([
  ['the search', <Finder key="finder" onClose={() => {}} />, '2 found.'],
  ['the choice of people', <ChoosePeople key="choose" {...choice} />, '1 found.'],
])('%s tells screen readers how much it has found, inside its dialog', async (_name, dialog, told) => {
  const field = await open(dialog);
  const status = document.querySelector('dialog [role=status]')!;

  type(field, 'general');
  await later(answerMs);
  expect(status.textContent).toBe(''); // what is shown was found for nothing
  await later(answerMs);

  expect(status.textContent).toBe(told);
});

test.each([
  ['the search', <Finder key="finder" onClose={() => {}} />],
  ['the choice of people', <ChoosePeople key="choose" {...choice} />],
])('%s says of nobody that they are there, or not, without a connection', async (_name, dialog) => {
  const connection = new Value({ status: 'ready' });
  const parley = { request, connection, outbox: new Value([]) };
  const page = show(withTalk(parley, <ToldTrouble>{dialog}</ToldTrouble>));
  type(page.querySelector('input')!, 'grace');
  await later(2 * answerMs);
  expect(page.querySelectorAll('.presence')).toHaveLength(1);

  act(() => connection.set({ status: 'connecting' }));
  await later(2 * answerMs);

  expect(page.querySelectorAll('.presence')).toHaveLength(0);
});
