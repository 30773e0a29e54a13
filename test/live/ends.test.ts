import { expect, test } from '@jest/globals';
import { Ends } from '../../src/live/ends.ts';
import { TeaLog } from '../support/tea.ts';

const at = (eventNumber: number) => ({ eventNumber, occurredAt: new Date(eventNumber) });
const ended = (eventNumber: number, owner = 'ada') => ({ ...at(eventNumber), owner, isEnd: true });
const back = (eventNumber: number) => ({ ...at(eventNumber), owner: 'ada', isEnd: false });

test('an end of access counts only for positions before it', () => {
  const ends = new Ends();
  ends.take(ended(5));

  expect([4, 5, 6].map((place) => ends.after('ada', place))).toEqual([at(5), null, null]);
  expect(ends.after('grace', 0)).toBeNull();
});

test('a second end does not restore access to the events between the two', () => {
  const ends = new Ends();
  ends.take(ended(5));
  ends.take(ended(9));

  expect(ends.after('ada', 3)).toEqual(at(5));
});

test('an end is known after a re-admission that was not announced', () => {
  const ends = new Ends();
  ends.take(ended(10));
  const { count } = ends;
  ends.take(ended(30));

  expect([9, 10, 19, 29, 30].map((place) => ends.after('ada', place))).toEqual([at(10), at(30), at(30), at(30), null]);
  expect(ends.count).toBeGreaterThan(count);
});

test('the ends of a user who joins and leaves repeatedly are removed too', () => {
  const ends = new Ends();
  ends.take(ended(10));
  ends.take(ended(10_011));

  expect(ends.after('ada', 9)).toEqual(at(10_011));
});

test('a user who is admitted again has no end until the next one', () => {
  const ends = new Ends();
  ends.take(ended(5));
  ends.take(back(6));
  expect(ends.after('ada', 0)).toBeNull();

  ends.take(ended(8));

  expect(ends.after('ada', 0)).toEqual(at(8));
  expect(ends.count).toBe(2);
});

test('an end is forgotten once no reader can be so far behind that it is still ahead', () => {
  const ends = new Ends();
  ends.take(ended(5, 'grace'));
  ends.take(ended(10_005));
  expect(ends.after('grace', 0)).toEqual(at(5));

  ends.take(ended(10_006, 'edsger'));

  expect(ends.after('grace', 0)).toBeNull();
  expect(ends.after('ada', 0)).toEqual(at(10_005));
});

test('a feed knows the ends that were published and those in the log, and none of a lost history', async () => {
  const log = new TeaLog();
  log.pour(3, { ends: 'ada' });
  log.commit(2, { ends: 'grace' });
  await log.feed.repair();
  expect(['ada', 'grace'].map((owner) => log.feed.ends.after(owner, 0)?.eventNumber)).toEqual([3, 5]);

  log.feed.observe({ epoch: 'second', eventNumber: 5, at: 5 }, 5);

  expect(['ada', 'grace'].map((owner) => log.feed.ends.after(owner, 0))).toEqual([null, null]);
});
