import { beforeEach, expect, test } from '@jest/globals';
import type { NotificationAdded } from '../../src/notifications/viewer-event.ts';
import { ViewerRoom } from '../../src/notifications/viewer-room.ts';

let passed: number[];
let unnotified: number;
let lost: number;
beforeEach(() => {
  [passed, unnotified, lost] = [[], 0, 0];
});

function room(isSilent = false): ViewerRoom {
  const next = ({ message }: NotificationAdded) => void passed.push(message.sequence);
  return new ViewerRoom({ isSilent, next, onUnnotified: () => void unnotified++, onLost: () => void lost++ });
}

const added = (sequence: number) =>
  ({ type: 'NOTIFICATION_ADDED', roomId: 'tea', message: { sequence } }) as NotificationAdded;

test('each message after the known ones is passed on once, in order', () => {
  const tea = room();
  tea.open(5);

  for (const sequence of [5, 6, 6, 7, 3]) tea.add(added(sequence), false);

  expect(passed).toEqual([6, 7]);
});

test('messages wait until the room is open', () => {
  const tea = room();
  for (const sequence of [5, 6, 7]) tea.add(added(sequence), false);
  expect(passed).toEqual([]);

  tea.open(5);

  expect(passed).toEqual([6, 7]);
});

test('missed messages are passed on in order with those that waited, each once', () => {
  const tea = room();
  for (const sequence of [8, 9]) tea.add(added(sequence), false);

  tea.open(5, [added(5), added(6), added(7), added(8)]);

  expect(passed).toEqual([6, 7, 8, 9]);
});

test('a message that arrived while the viewer was present is not passed on, though it was missed too', () => {
  const tea = room();
  tea.add(added(6), true);

  tea.open(5, [added(6)]);
  tea.add(added(7), false);

  expect([passed, unnotified]).toEqual([[7], 1]);
});

test('a silent room passes nothing on; once it is no longer silent, it passes on new messages', () => {
  const tea = room(true);
  tea.open(5);
  tea.add(added(6), false);

  tea.isSilent = false;
  for (const sequence of [6, 7]) tea.add(added(sequence), false);

  expect([passed, unnotified]).toEqual([[7], 1]);
});

test('a room that is opened again stays where it is', () => {
  const tea = room();
  tea.open(5);
  tea.open(3, [added(4)]);

  tea.add(added(4), false);

  expect(passed).toEqual([]);
});

test('more than a thousand waiting messages are given up', () => {
  const tea = room();

  for (let sequence = 1; sequence <= 1000; sequence += 1) tea.add(added(sequence), false);
  expect(lost).toBe(0);
  tea.add(added(1001), false);

  expect(lost).toBe(1);
});
