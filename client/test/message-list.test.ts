import { expect, test } from '@jest/globals';
import { shownMessages } from '../src/adapters/message-list.ts';
import { pendingSequence } from '../src/outbox/outgoing.ts';

const listed = (...sequences: (number | undefined)[]) =>
  sequences.map((sequence) => ({ node: `m${sequence}`, cursor: `c${sequence}`, sequence }));

const shown = (sequences: (number | undefined)[], bounds = {}) =>
  shownMessages(listed(...sequences), bounds).items.map(({ sequence }) => sequence);

test('an answer that overtakes an event is shown at once, and the event takes its place before it', () => {
  expect(shown([4, 5, 7], { newest: 5 })).toEqual([4, 5, 7]);
  expect(shown([4, 5, 7, 6], { newest: 5 })).toEqual([4, 5, 6, 7]);
});

test('a pending message is the last one until it has its number', () => {
  expect(shown([1, 2, pendingSequence, 3], { newest: 2 })).toEqual([1, 2, 3, pendingSequence]);
  expect(shown([pendingSequence], { newest: 0 })).toEqual([pendingSequence]);
  expect(shown([pendingSequence, 8, 9], { newest: 9 })).toEqual([8, 9, pendingSequence]);
});

test('an older page joins the newest one when they touch', () => {
  expect(shown([1, 2, 3, 7, 8, 9], { newest: 9 })).toEqual([7, 8, 9]);
  expect(shown([1, 2, 3, 7, 8, 9, 4, 5, 6], { newest: 9 })).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('without a newest page, it shows the run around the last one, which others follow', () => {
  const { items, pageInfo } = shownMessages(listed(1, 2, 5, 6), {});
  expect(items.map(({ sequence }) => sequence)).toEqual([5, 6]);
  expect(pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true, startCursor: 'c5', endCursor: 'c6' });
});

test('messages whose sequence is not selected stay as they arrived', () => {
  expect(shownMessages(listed(undefined, undefined), { newest: 0 }).items).toHaveLength(2);
});
