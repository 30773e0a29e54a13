/** @jest-environment jsdom */
import { afterEach, expect, test } from '@jest/globals';
import { act } from 'react';
import { NotificationChoice } from '../src/profile/notification-choice.tsx';
import { en } from '../src/words/en.ts';
import { buttons, press, show } from './support/show.tsx';

afterEach(() => {
  Reflect.deleteProperty(globalThis, 'Notification');
  localStorage.clear();
});

test('notifications can be turned on, and off again', async () => {
  const granting = { permission: 'granted', requestPermission: async () => 'granted' };
  Object.assign(globalThis, { Notification: granting });
  const page = show(<NotificationChoice />);
  expect(buttons(page)).toEqual([en.notifications.on]);

  press(page, en.notifications.on);
  await act(async () => {});
  expect(buttons(page)).toEqual([en.notifications.off]);
  press(page, en.notifications.off);

  expect(buttons(page)).toEqual([en.notifications.on]);
});
