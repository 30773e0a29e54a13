/** @jest-environment jsdom */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Outgoing, Parley, Session } from 'parley-client';
import { act } from 'react';
import { showOverlay, useOverlay } from '../src/app/overlays.ts';
import { SignedIn } from '../src/app/signed-in.tsx';
import { type Talk, TalkProvider } from '../src/app/talk.tsx';
import { Value } from '../src/app/value.ts';
import { draftAt, draftKey, emptyDraft, forgetDrafts, keepDraft } from '../src/composer/drafts.ts';
import type { UserKind } from '../src/documents.ts';
import { SignOut, signOutOf } from '../src/profile/sign-out.tsx';
import { SignIn } from '../src/signin/sign-in.tsx';
import { en } from '../src/words/en.ts';
import { press, show } from './support/show.tsx';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => {
  act(() => showOverlay(null));
  jest.useRealTimers();
});
const settled = () => act(() => jest.advanceTimersByTimeAsync(1));

function Leaving({ talk }: { talk: Talk }) {
  const overlay = useOverlay();
  return (
    <TalkProvider value={talk}>
      <button type="button" onClick={() => signOutOf(talk)}>
        Leave
      </button>
      {overlay?.type === 'signOut' && <SignOut onClose={() => showOverlay(null)} />}
    </TalkProvider>
  );
}

const outgoing = (status: string, kind = 'send') => ({ kind, state: { get: () => ({ status }) } }) as Outgoing;

function leaveAs(kind: UserKind, outbox: Outgoing[], elsewhere = 0) {
  const signOut = jest.fn();
  const parley = { outbox: { get: () => outbox, elsewhere: { get: () => elsewhere } } } as object as Parley;
  const viewer = { id: 'ada', displayName: 'Ada', kind, isAdmin: false };
  const page = show(<Leaving talk={{ parley, viewer, signOut } as Partial<Talk> as Talk} />);
  press(page, 'Leave');
  return { page, signOut };
}

describe('signing out', () => {
  test('asks a guest, who cannot come back, and then signs out', () => {
    const { page, signOut } = leaveAs('GUEST', []);
    expect(page.textContent).toContain('you cannot come back as Ada');
    expect(page.textContent).not.toContain('not sent');
    expect(signOut).not.toHaveBeenCalled();

    press(page, en.profile.signOut);

    expect(signOut).toHaveBeenCalledTimes(1);
  });

  test('does not ask a user who can come back', () => {
    const sent = [outgoing('sent'), outgoing('failed', 'react')];

    expect(leaveAs('HUMAN', sent).signOut).toHaveBeenCalledTimes(1);
  });

  test('says how many messages are not sent, in this tab and in others', () => {
    const { page, signOut } = leaveAs('HUMAN', [outgoing('waiting'), outgoing('failed')], 1);

    expect(page.textContent).toContain('3 messages are not sent yet');
    expect(page.textContent).not.toContain('Ada');
    expect(signOut).not.toHaveBeenCalled();
  });
});

test('the drafts of a guest are forgotten, and no others', () => {
  for (const userId of ['ada', 'eve']) keepDraft(draftKey(userId, 'room'), { ...emptyDraft, text: 'Half a thought' });

  forgetDrafts('ada');

  expect(['ada', 'eve'].map((userId) => draftAt(draftKey(userId, 'room')).text)).toEqual(['', 'Half a thought']);
});

/** Opens the page with the token that the browser keeps. */
function visitAs(kind: UserKind) {
  const session = new Value<Session>({ status: 'unknown' });
  const user = { __typename: 'User', id: 'ada', displayName: 'Ada', avatarUrl: null, username: 'ada', kind };
  const limits = { __typename: 'ServerLimits', messageMaxLength: 1000, editWindowSeconds: null };
  const server = { __typename: 'Server', capabilities: [], limits };
  const start = { server, viewer: { __typename: 'Viewer', id: 'ada', isAdmin: false, user } };
  const parley = {
    session,
    connection: new Value({ status: 'ready' }),
    outbox: new Value([]),
    unread: new Value({ rooms: new Map() }),
    presence: () => new Value({ rooms: new Map(), users: new Map() }),
    request: ({ query }: { query: string }) =>
      query.startsWith('query Start') && session.get().status !== 'signed-out'
        ? Promise.resolve(start)
        : new Promise(() => {}),
    connect: () => {},
    disconnect: () => {},
    onViewerEvent: () => () => {},
  };
  const onLeave = jest.fn();
  const page = show(<SignedIn parley={parley as object as Parley} onLeave={(_, why) => onLeave(why)} />);
  return { page, onLeave, refuse: () => act(() => session.set({ status: 'signed-out', why: 'refused' })) };
}

test.each([
  ['GUEST', 'lost', ''],
  ['HUMAN', 'over', 'Half a thought'],
] as const)('a %s whose token is refused at load leaves as %s', async (kind, why, draft) => {
  keepDraft(draftKey('ada', 'room'), { ...emptyDraft, text: 'Half a thought' });
  const { page } = visitAs(kind);
  await settled();
  expect(page.querySelector('.frame')).not.toBeNull();

  const { onLeave, refuse } = visitAs(kind);
  refuse();

  expect(onLeave.mock.calls).toEqual([[why]]);
  expect(draftAt(draftKey('ada', 'room')).text).toBe(draft);
});

test.each([
  ['over', en.signIn.againText],
  ['lost', en.signIn.guestOver],
  ['wanted', en.signIn.lead],
] as const)('who comes back after %s is told %s', (left, text) => {
  const page = show(<SignIn areGuestsAllowed left={left} language="en" />);

  expect(page.querySelector('.lead')!.textContent).toBe(text);
});

test('there is a way back from the token to the name, without the fault of the other attempt', () => {
  const onChange = jest.fn();
  const page = show(<SignIn areGuestsAllowed fault="No" onChange={onChange} language="en" />);

  press(page, en.token.have);
  press(page, en.token.haveNot);

  expect(page.querySelector('label')!.textContent).toBe(en.signIn.name);
  expect(onChange).toHaveBeenCalledTimes(2);
});
