/** @jest-environment jsdom */
import { beforeEach, expect, test } from '@jest/globals';
import { act, type ReactNode, useState } from 'react';
import { navigate } from '../src/app/router.ts';
import { useWriteTo } from '../src/app/use-write-to.ts';
import { NewRoom } from '../src/directory/new-room.tsx';
import { en } from '../src/words/en.ts';
import { press, show } from './support/show.tsx';
import { withTalk } from './support/with-talk.tsx';

beforeEach(() => navigate('/rooms'));

function Write() {
  const writeTo = useWriteTo();
  return (
    <button type="button" onClick={() => void writeTo(['grace'])}>
      Write
    </button>
  );
}

const room = { __typename: 'Room', id: 'both', kind: 'DIRECT', slug: null, name: null, topic: null };

/** Shows a part of the page, and returns it with what lets the server answer. */
function open(part: ReactNode, mutation: string) {
  let give = (_data: object) => {};
  const answered = new Promise<object>((resolve) => {
    give = resolve;
  });
  const page = show(withTalk({ request: () => answered }, part));
  const payload = { __typename: 'Payload', room, userErrors: [] };
  return { page, answer: () => act(async () => give({ [mutation]: payload })) };
}

/** Writes to somebody, and returns what lets the server answer. */
function write() {
  const { page, answer } = open(<Write />, 'openConversation');
  press(page, 'Write');
  return answer;
}

function Making() {
  const [isOpen, setOpen] = useState(true);
  return isOpen && <NewRoom onClose={() => setOpen(false)} />;
}

test('a new conversation is shown when the server has made it', async () => {
  const answer = write();

  await answer();

  expect(location.pathname).toBe('/c/both');
});

test('a new conversation does not take the place of a room that was opened meanwhile', async () => {
  const answer = write();
  navigate('/r/general');

  await answer();

  expect(location.pathname).toBe('/r/general');
});

test.each([
  ['is shown when the server has made it', false, '/c/both'],
  ['is not shown if one has cancelled meanwhile', true, '/rooms'],
])('a new room %s', async (_what, isCancelled, path) => {
  const { page, answer } = open(<Making />, 'createRoom');
  page.querySelector<HTMLInputElement>('[name=name]')!.value = 'General';
  press(page, en.newRoom.make);

  if (isCancelled) press(page, en.cancel);
  await answer();

  expect(location.pathname).toBe(path);
});
