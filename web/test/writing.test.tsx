/** @jest-environment jsdom */
import { afterEach, expect, jest, test } from '@jest/globals';
import type { Room } from 'parley-client';
import { act } from 'react';
import { Composer } from '../src/composer/composer.tsx';
import { useWriting, type Writing } from '../src/composer/use-writing.ts';
import { actsOn, type Rights, rightsOf } from '../src/log/rights.ts';
import { show } from './support/show.tsx';

const message = {
  id: '1',
  author: { id: 'noor', displayName: 'Noor' },
  kind: 'USER' as const,
  text: 'Original',
  createdAt: new Date(0).toISOString(),
  editedAt: null,
  deletedAt: null,
  replyTo: null,
  reactionGroups: [],
  systemEvent: null,
};

const maxLength = 4000;

afterEach(() => localStorage.clear());

interface ScreenProps {
  room: object;
  hasComposer: boolean;
  onWriting: (writing: Writing) => void;
}

function Screen({ room, hasComposer, onWriting }: ScreenProps) {
  const writing = useWriting(room as Room, { draftKey: 'draft', maxLength });
  onWriting(writing);
  const { field, text, about, set } = writing;
  const rest = { room: 'Room', isPhone: false, isTouch: true, typists: [], slowModeSeconds: 0, waitSeconds: 0 };
  if (!hasComposer) return <p>Join to write</p>;
  return <Composer ref={field} {...{ text, about, maxLength, ...rest }} onText={set} />;
}

/** Shows a room's composer, or what stands in its place. */
function open({ hasComposer = true } = {}) {
  const room = { typing: jest.fn(), send: jest.fn() };
  let writing = {} as Writing;
  const onWriting = (next: Writing) => {
    writing = next;
  };
  const page = show(<Screen {...{ room, hasComposer, onWriting }} />);
  return { room, page, field: page.querySelector('textarea')!, now: () => writing };
}

const frame = () => act(() => new Promise((resolve) => requestAnimationFrame(() => resolve(undefined))));

test('a refused message goes back into the composer with its reply, above what is being written', () => {
  const { now } = open();
  act(() => now().set('Being written'));

  act(() => void now().rewrite({ text: 'Refused', replyTo: message }));

  expect(now().text).toBe('Refused\nBeing written');
  expect(now().about).toEqual({ type: 'reply', author: 'Noor', text: 'Original' });
});

test('a refused message stays where it is while another one is being edited', () => {
  const { now } = open();
  act(() => now().edit(message));
  act(() => now().set('Corrected'));

  let isTaken: boolean | undefined;
  act(() => {
    isTaken = now().rewrite({ text: 'Refused', replyTo: null });
  });

  expect([isTaken, now().text]).toEqual([false, 'Corrected']);
});

test('where there is no composer, letters are not kept as a draft, and nobody is told of typing', () => {
  const { now, room } = open({ hasComposer: false });

  act(() => now().insert('a'));

  expect([now().text, room.typing.mock.calls]).toEqual(['', []]);
});

test('what is inserted in the middle leaves the caret behind it', async () => {
  const { now, field } = open();
  act(() => now().set('Hello there'));
  field.setSelectionRange(5, 5);

  act(() => now().insert('👋'));
  await frame();

  expect([field.value, field.selectionStart, field.selectionEnd]).toEqual(['Hello👋 there', 7, 7]);
});

test.each([
  ['a file', '', 1],
  ['cells of a spreadsheet, which come as a picture too', '1\t2', 0],
])('pasting %s: %j says %d times that files cannot be sent', (_what, text, times) => {
  const onFiles = jest.fn();
  const rest = { room: 'Room', isPhone: false, isTouch: false, typists: [], slowModeSeconds: 0, waitSeconds: 0 };
  const page = show(<Composer text="" about={null} {...{ maxLength, onFiles, ...rest }} />);
  const clipboardData = { files: [new File(['a'], 'a.png')], getData: () => text };

  const paste = Object.assign(new Event('paste', { bubbles: true }), { clipboardData });
  act(() => void page.querySelector('textarea')!.dispatchEvent(paste));

  expect(onFiles).toHaveBeenCalledTimes(times);
});

test('a text that is too long is invalid, and described by how long it is', () => {
  const { field, page, now } = open();
  const described = () => [
    field.getAttribute('aria-invalid'),
    page.querySelector(`[id="${field.getAttribute('aria-describedby')}"]`)?.textContent,
  ];
  expect(described()).toEqual(['false', undefined]);

  act(() => now().set('a'.repeat(maxLength + 1)));

  expect(described()).toEqual(['true', '4,001 / 4,000']);
});

test('pressing Send leaves the focus in the field', () => {
  const { page } = open();
  const press = new MouseEvent('mousedown', { bubbles: true, cancelable: true });

  act(() => void page.querySelector('.send')!.dispatchEvent(press));

  expect(press.defaultPrevented).toBe(true);
});

test('the key of a screen that breaks the line is called so', () => {
  expect(open().field.getAttribute('enterkeyhint')).toBe('enter');
});

test('while there is no composer, neither replies nor edits are offered', () => {
  const options = { isOwn: true, now: 0, editSeconds: null };
  const offered = (hasComposer: boolean) => {
    const rights: Rights = rightsOf<string>(['READ', 'SEND_MESSAGE', 'EDIT_OWN', 'DELETE_OWN'], hasComposer);
    return [...actsOn(message, { ...options, rights })];
  };

  expect(offered(true)).toEqual(['copyText', 'copyLink', 'reply', 'edit', 'delete']);
  expect(offered(false)).toEqual(['copyText', 'copyLink', 'delete']);
});
