/** @jest-environment jsdom */
import { expect, jest, test } from '@jest/globals';
import { act } from 'react';
import { Dialog } from '../src/overlays/dialog.tsx';
import { show } from './support/show.tsx';

test('a dialog closes by a press beside it, but not if the pointer was pressed inside', () => {
  const onClose = jest.fn();
  const page = show(
    <Dialog label="Name" onClose={onClose}>
      <input />
    </Dialog>,
  );
  const dialog = page.querySelector('dialog')!;
  const press = (down: Element) =>
    act(() => {
      down.dispatchEvent(new Event('pointerdown', { bubbles: true }));
      dialog.dispatchEvent(new Event('click', { bubbles: true }));
    });

  press(page.querySelector('input')!);
  expect(onClose).not.toHaveBeenCalled();
  press(dialog);

  expect(onClose).toHaveBeenCalledTimes(1);
});
