/** @jest-environment jsdom */
import { beforeEach, expect, test } from '@jest/globals';
import { act } from 'react';
import { navigate } from '../src/app/router.ts';
import { useWriteTo } from '../src/app/use-write-to.ts';
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

/** Writes to somebody, and returns what lets the server answer. */
function write() {
  const room = { __typename: 'Room', id: 'both', kind: 'DIRECT', slug: null, name: null, topic: null };
  const payload = { __typename: 'OpenConversationPayload', room, userErrors: [] };
  let give = (_data: object) => {};
  const answer = new Promise<object>((resolve) => {
    give = resolve;
  });
  press(show(withTalk({ request: () => answer }, <Write />)), 'Write');
  return () => act(async () => give({ openConversation: payload }));
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
