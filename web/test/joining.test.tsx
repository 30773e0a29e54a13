/** @jest-environment jsdom */
import { expect, test } from '@jest/globals';
import { useRef } from 'react';
import { ComposerInstead, type WhyNoComposer } from '../src/composer/composer-instead.tsx';
import { useFocusOnComposer } from '../src/composer/use-focus-on-composer.ts';
import type { Writing } from '../src/composer/use-writing.ts';
import { press, rerender, show } from './support/show.tsx';

const notJoined = { type: 'notJoined', mayWrite: true } as const;
const moderatorsOnly = { type: 'moderatorsOnly' } as const;

function Bottom({ why }: { why: WhyNoComposer | null }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const [instead, awaitComposer] = useFocusOnComposer({ field } as Partial<Writing> as Writing, why);
  const onJoin = () => awaitComposer(Promise.resolve('joined'));
  return (
    <>
      <input />
      {why ? <ComposerInstead ref={instead} why={why} onJoin={onJoin} /> : <textarea ref={field} />}
    </>
  );
}

/** Joins by the button, which has the focus. */
function join() {
  const page = show(<Bottom why={notJoined} />);
  page.querySelector('button')!.focus();
  press(page, 'Join');
  return page.querySelector('input')!;
}

test('after joining, the focus is in the composer', () => {
  join();

  rerender(<Bottom why={null} />);

  expect(document.activeElement?.tagName).toBe('TEXTAREA');
});

test('after joining, whoever is elsewhere by then stays there', () => {
  const elsewhere = join();
  elsewhere.focus();

  rerender(<Bottom why={null} />);

  expect(document.activeElement).toBe(elsewhere);
});

test('after joining where only moderators write, the focus is on what says so, and the composer takes it from nobody', () => {
  const elsewhere = join();

  rerender(<Bottom why={moderatorsOnly} />);
  expect(document.activeElement?.textContent).toBe('Only moderators write here.');
  elsewhere.focus();
  rerender(<Bottom why={null} />);

  expect(document.activeElement).toBe(elsewhere);
});
