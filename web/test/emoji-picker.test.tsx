/** @jest-environment jsdom */
import { expect, jest, test } from '@jest/globals';
import { act } from 'react';
import { EmojiPicker } from '../src/emoji/emoji-picker.tsx';
import { show } from './support/show.tsx';

test('Enter that ends a composition picks nothing, and Tab closes the picker', () => {
  const [onPick, onClose] = [jest.fn(), jest.fn()];
  const load = () => new Promise<never>(() => {});
  const page = show(<EmojiPicker anchor={document.body} {...{ load, onPick, onClose }} />);
  const press = (init: KeyboardEventInit) =>
    act(
      () => void page.querySelector('input')!.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, ...init })),
    );

  press({ key: 'Enter', isComposing: true });
  expect(onPick).not.toHaveBeenCalled();
  press({ key: 'Enter' });
  press({ key: 'Tab' });

  expect([onPick.mock.calls.length, onClose.mock.calls.length]).toEqual([1, 1]);
});
