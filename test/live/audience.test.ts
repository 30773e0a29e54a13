import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Audience } from '../../src/live/audience.ts';
import type { AudienceMember } from '../../src/live/audience-members.ts';
import { accessRevokedFor, type Tea, teas } from '../support/tea.ts';
import { type Guest, TeaParty } from '../support/tea-party.ts';
import { until } from '../support/until.ts';

let party: TeaParty;
beforeEach(() => {
  party = new TeaParty();
});
afterEach(() => party.audiences.close());

const upTo = (last: number) => teas(1, last).map(({ eventNumber }) => eventNumber);

async function untilHeard(guests: readonly Guest[], last: number): Promise<void> {
  await until(() => guests.every(({ numbers }) => numbers.at(-1) === last));
}

/** Holds all renderings back until the returned function is called. */
function holdRenderings(): () => void {
  let open = () => {};
  party.gate = new Promise((resolve) => {
    open = resolve;
  });
  return open;
}

/** Expects that a guest received every event up to `last`, once and in order, in consecutive batches. */
function expectAll({ told, numbers }: Guest, last: number): void {
  expect(numbers).toEqual(upTo(last));
  for (const [index, { from }] of told.entries()) expect(from).toBe(told[index - 1]?.upTo ?? told[0]?.from);
}

test('a batch of events is rendered once, whatever the number of members', async () => {
  const guests = await party.guests(...Array(100).fill({}));
  expect(party.audiences).toMatchObject({ size: 1, members: 100 });

  party.log.pour(3);
  await untilHeard(guests, 3);

  expect(party.renderings).toHaveLength(1);
  for (const guest of guests) expectAll(guest, 3);
});

test('members with different operation ids get the same payloads under their own ids', async () => {
  const guests = await party.guests({ operationId: 'a' }, { operationId: 'b' }, { operationId: 'b' });

  party.log.pour();
  await untilHeard(guests, 1);

  expect(party.renderings).toHaveLength(1);
  expect(guests.map(({ ids }) => new Set(ids))).toEqual([new Set(['a']), new Set(['b']), new Set(['b'])]);
});

test('a reader with another subscription is in another audience', async () => {
  const guests = await party.guests({ asks: 'green' }, { asks: 'black' }, { asks: 'black' });
  expect(party.audiences).toMatchObject({ size: 2, members: 3 });

  party.log.pour();
  await untilHeard(guests, 1);

  expect(party.renderings).toHaveLength(2);
});

test('events that arrive while a batch is rendered form the next batch', async () => {
  const [guest] = await party.guests({});
  const open = holdRenderings();
  party.log.pour();
  await until(() => party.renderings.length === 1);

  for (let n = 0; n < 20; n += 1) party.log.pour();
  open();
  await untilHeard([guest!], 21);

  expectAll(guest!, 21);
  expect(party.renderings).toHaveLength(2);
});

test('an idle audience does not wait, and under load it batches events', async () => {
  const [guest] = await party.guests({});
  await new Promise((resolve) => setTimeout(resolve, 10)); // longer than it gathers

  party.log.pour();
  expect(party.renderings).toHaveLength(1);
  await untilHeard([guest!], 1);
  for (let n = 0; n < 50; n += 1) party.log.pour();
  await untilHeard([guest!], 51);

  expect(party.renderings.length).toBeLessThanOrEqual(3);
});

test('an author gets an own rendering, made once for all of their devices, and not made if they are not a member', async () => {
  party.apart = ['ada', 'edsger'];
  const guests = await party.guests({ owner: 'ada' }, { owner: 'ada' }, { owner: 'grace' }, { owner: 'hedy' });

  party.log.pour();
  await untilHeard(guests, 1);

  expect(party.renderings.map(({ to }) => to)).toEqual([null, 'ada']);
  expect(guests.map(({ told }) => told.at(-1)?.to)).toEqual(['ada', 'ada', null, null]);
});

test('a member who joins while a batch is rendered is admitted at their position, and misses nothing', async () => {
  const [first] = await party.guests({ owner: 'grace' });
  const open = holdRenderings();
  party.log.pour(2);
  await until(() => party.renderings.length === 1);
  party.gate = Promise.resolve();
  const late = party.guest({ after: { epoch: 'first', eventNumber: 0, at: 0 } });
  await until(() => late.told.length === 1);
  expect(party.audiences.members).toBe(2); // the late one waits ahead

  party.log.pour(5);
  open();
  await untilHeard([first!, late], 7);

  for (const guest of [first!, late]) expectAll(guest, 7);
});

test('a batch ends at the position of a waiting reader', async () => {
  const [first] = await party.guests({ owner: 'grace' });
  const open = holdRenderings();
  party.log.pour(2); // a first batch, which is being rendered
  await until(() => party.renderings.length === 1);
  party.gate = Promise.resolve();
  party.log.pour(2);
  const ahead = party.guest({ after: { epoch: 'first', eventNumber: 2, at: 2 } });
  await until(() => ahead.told.length === 1); // has read up to 4 by itself
  party.log.pour(2);

  open();
  await untilHeard([first!, ahead], 6);

  expect(first!.told.filter(({ numbers }) => numbers.length > 0).map(({ upTo: last }) => last)).toEqual([2, 4, 6]);
  expect(ahead.numbers).toEqual([3, 4, 5, 6]);
});

test('a member whose access ends gets the event and the end, and the others stay in the audience', async () => {
  const [ada, grace] = await party.guests({ owner: 'ada' }, { owner: 'grace' });

  party.log.feed.accept([...party.log.commit(3, { ends: 'ada' }), ...party.log.commit(3)]);
  await untilHeard([grace!], 6);
  await until(() => ada!.ended !== undefined);

  expectAll(ada!, 3);
  expect(ada!.told.at(-1)).toMatchObject({ status: 'ENDED', from: 3, upTo: 3 });
  expectAll(grace!, 6);
  expect(party.audiences.members).toBe(1);
});

test('a batch before the end is not shared with a reader whose access ends before the rendering', async () => {
  const [ada, grace] = await party.guests({ owner: 'ada' }, { owner: 'grace' });
  const open = holdRenderings();
  party.log.pour(2);
  await until(() => party.renderings.length === 1);

  party.log.pour(1, { ends: 'ada' });
  open();
  await untilHeard([grace!], 3);
  await until(() => ada!.ended !== undefined);

  expectAll(ada!, 3);
  const withEvents = (guest: Guest) => guest.told.filter(({ numbers }) => numbers.length > 0).map(({ to }) => to);
  expect(new Set(withEvents(ada!))).toEqual(new Set(['ended ada']));
  expect(new Set(withEvents(grace!))).toEqual(new Set([null]));
});

test('a reader who is behind and whose access ends receives no rendering of others', async () => {
  const [ada] = await party.guests({ owner: 'ada' });
  ada!.stall();
  party.log.pour(300);
  party.log.pour(1, { ends: 'ada' });
  party.log.pour(300);

  ada!.readOn();
  await until(() => ada!.ended !== undefined);

  expectAll(ada!, 301);
  expect(ada!.told.at(-1)).toMatchObject({ status: 'ENDED', upTo: 301 });
  expect(new Set(ada!.told.filter(({ from }) => from >= 128 && from < 301).map(({ to }) => to))).toEqual(
    new Set(['ended ada']),
  );
});

test('all devices of a user whose access ends get the end, including one that is behind', async () => {
  const guests = await party.guests({ owner: 'ada' }, { owner: 'ada' });
  guests[1]!.stall();
  party.log.pour(200, { ends: 'ada' });
  party.log.pour(200);
  await until(() => guests[0]!.ended !== undefined);

  guests[1]!.readOn();
  await until(() => guests[1]!.ended !== undefined);

  for (const guest of guests) {
    expectAll(guest, 200);
    expect(guest.told.at(-1)).toMatchObject({ status: 'ENDED', upTo: 200 });
  }
  expect(party.audiences.size).toBe(0);
});

test('a slow member leaves, delays no other, returns, and receives everything', async () => {
  const [slow, quick] = await party.guests({ owner: 'ada' }, { owner: 'grace' });
  slow!.stall();

  for (let n = 0; n < 50; n += 1) {
    party.log.pour(20);
    await untilHeard([quick!], 20 * (n + 1));
  }
  expect(slow!.numbers).toEqual([]);
  expect(party.audiences.members).toBe(1);

  slow!.readOn();
  await untilHeard([slow!], 1000);
  await until(() => party.audiences.members === 2);
  party.log.pour();
  await untilHeard([slow!, quick!], 1001);

  for (const guest of [slow!, quick!]) expectAll(guest, 1001);
  expect(party.renderings.at(-1)).toMatchObject({ batch: { positionBefore: 1000 } });
});

test('a rendering that depends on its reader after all splits the audience, and nothing of it is used', async () => {
  const guests = await party.guests({ owner: 'ada' }, { owner: 'grace' }, { owner: 'grace' });
  expect(party.audiences.size).toBe(1);

  party.isShareable = false;
  party.log.pour(2);
  await untilHeard(guests, 2);
  party.log.pour();
  await untilHeard(guests, 3);

  expect(party.audiences).toMatchObject({ size: 2, members: 3 });
  for (const guest of guests) expectAll(guest, 3);
});

test('a batch is rendered by a member that is present', async () => {
  const guests = await party.guests({ owner: 'ada' }, { owner: 'grace' });
  party.log.pour();
  await untilHeard(guests, 1);

  guests[0]!.member.close();
  party.log.pour();
  await untilHeard([guests[1]!], 2);

  expect(party.renderings.map(({ by }) => by)).toEqual(['ada', 'grace']);
});

test('members who may see something else now leave their audience before the next batch', async () => {
  const guests = await party.guests({ owner: 'ada' }, { owner: 'grace' });

  party.rights = 'smell';
  party.log.pour();
  await untilHeard(guests, 1);
  await party.guests({ owner: 'hedy' });

  await until(() => party.audiences.members === 3);
  expect(party.audiences.size).toBe(1); // that of the new rights
  for (const guest of guests) expectAll(guest, 1);
});

test('a failed rendering ends its own readers with the error, and no others', async () => {
  const guests = await party.guests({}, { owner: 'grace' });
  party.fault = new Error('no cups');

  party.log.pour();
  await until(() => guests.every(({ ended }) => ended !== undefined));
  party.fault = null;
  const [next] = await party.guests({});
  party.log.pour();
  await untilHeard([next!], 2);

  expect(guests.map(({ ended }) => ended)).toEqual([new Error('no cups'), new Error('no cups')]);
  expect(guests.map(({ numbers }) => numbers)).toEqual([[], []]);
});

test('an error that prevents sharing a batch is reported once, and one that splits an audience is not reported', async () => {
  const guests = await party.guests({ asks: 'green' }, { asks: 'black' });
  party.fault = new Error('no cups');
  party.log.pour();
  await until(() => guests.every(({ ended }) => ended !== undefined));
  expect(party.errors).toEqual([party.fault]);

  party.fault = null;
  party.isShareable = false;
  const split = await party.guests({}, { owner: 'grace' });
  party.log.pour();
  await untilHeard(split, 2);

  expect(party.errors).toHaveLength(1);
});

test('members who are further behind than the feed remembers read by themselves, and return', async () => {
  const guests = await party.guests({}, { owner: 'grace' });
  const open = holdRenderings();
  party.log.pour();
  party.log.pour(3000);

  open();
  await untilHeard(guests, 3001);

  for (const guest of guests) expectAll(guest, 3001);
  await until(() => party.audiences.members === 2);
});

test('a rewound history resets every member', async () => {
  const guests = await party.guests({}, { owner: 'grace' });
  party.log.pour(5);
  await untilHeard(guests, 5);

  party.log.feed.observe({ epoch: 'second', eventNumber: 3, at: 3 }, 5);
  await until(() => guests.every(({ ended }) => ended !== undefined));

  expect(guests.map(({ told }) => told.at(-1)?.status)).toEqual(['RESET', 'RESET']);
  expect(party.audiences.size).toBe(0);
});

test('many audiences without events get their heartbeats one after the other', async () => {
  party = new TeaParty({ heartbeatMs: 200 });
  await party.guests(...Array.from({ length: 50 }, (_, index) => ({ asks: `tea ${index}` })));
  const beats = () => party.made.filter(({ batch }) => batch.status === 'HEARTBEAT').length;
  let most = 0;

  for (let before = beats(); before < 50; ) {
    await new Promise(setImmediate);
    most = Math.max(most, beats() - before);
    before = beats();
  }

  expect(most).toBe(2);
});

test('readers without events get a shared heartbeat; readers with events do not', async () => {
  party = new TeaParty({ heartbeatMs: 400 });
  const guests = await party.guests({ asks: 'idle' }, { asks: 'idle' }, { asks: 'busy' });
  const [idle, other, busy] = guests;

  const pouring = setInterval(() => busy!.told.length < 100 && party.log.pour(), 5);
  await until(() => busy!.told.length > 20);
  clearInterval(pouring);
  expect(busy!.told.map(({ status }) => status)).not.toContain('HEARTBEAT');
  const last = party.log.feed.eventNumber;
  await until(() => guests.every(({ told }) => told.filter(({ status }) => status === 'HEARTBEAT').length >= 2));

  for (const guest of [idle!, other!, busy!]) {
    expectAll(guest, last);
    expect(guest.told.at(-1)).toMatchObject({ status: 'HEARTBEAT', from: last, upTo: last });
  }
});

test('a reader with a position in a lost history is not admitted', () => {
  const { feed } = party.log;
  party.log.pour(5);
  const stale = { reader: party.log.reader() } as AudienceMember<Tea>;
  const audience = new Audience<Tea>({
    key: 'tea',
    feed,
    accessRevokedFor,
    weigh: () => 0,
    onEmpty: () => {},
    onError: () => {},
  });

  feed.observe({ epoch: 'second', eventNumber: 5, at: 5 }, 5);

  expect(audience.admit(stale)).toBe(false);
  expect(audience.admit({ reader: party.log.reader() } as AudienceMember<Tea>)).toBe(true);
  expect(audience.size).toBe(1);
});

test('a reader that stops receives nothing more, not even a rendering in progress', async () => {
  const [gone, stays] = await party.guests({}, { owner: 'grace' });
  const open = holdRenderings();
  party.log.pour();
  await until(() => party.renderings.length === 1);

  gone!.member.close();
  open();
  await untilHeard([stays!], 1);

  expect(gone!.numbers).toEqual([]);
  expect(gone!.ended).toBeUndefined();
});

test('an audience without members is removed', async () => {
  const guests = await party.guests({}, {});

  for (const { member } of guests) member.close();

  expect(party.audiences).toMatchObject({ size: 0, members: 0 });
  party.log.pour();
  await new Promise(setImmediate);
  expect(party.renderings).toEqual([]);
});

test('nothing is rendered for readers whose outbox is full', async () => {
  const guests = await party.guests({ asks: 'green' }, { asks: 'black' });
  for (const guest of guests) guest.stall();

  party.log.pour(3);
  await until(() => party.audiences.members === 0);
  expect(party.renderings).toEqual([]);

  for (const guest of guests) guest.readOn();
  await untilHeard(guests, 3);
  for (const guest of guests) expectAll(guest, 3);
});

test('subscriptions of one socket that are behind produce one batch at a time, in turn', async () => {
  party = new TeaParty({ committed: 300 });
  const first = party.guest({ operationId: '0', asks: 'tea 0', after: { epoch: 'first', eventNumber: 0, at: 0 } });
  const open = holdRenderings();
  for (let n = 1; n < 40; n += 1) {
    party.guest({ operationId: `${n}`, asks: `tea ${n}`, after: { epoch: 'first', eventNumber: 0, at: 0 }, on: first });
  }
  await until(() => party.renderings.length > 0);
  await new Promise(setImmediate);
  expect(party.renderings).toHaveLength(1);

  open();
  await until(() => first.numbers.length === 40 * 300);

  expect(first.ids.slice(0, 40)).toEqual(Array.from({ length: 40 }, (_, n) => `${n}`));
});

test('batches are cut by their size: a batch that turns out too large is made again with fewer events, and so are the next ones', async () => {
  party = new TeaParty({ committed: 100 });
  party.weight = 500; // all of them would fit
  party.eventBytes = 10_000;
  const guest = party.guest({ after: { epoch: 'first', eventNumber: 0, at: 0 } });
  await untilHeard([guest], 100);

  const sizes = guest.told.map(({ numbers }) => numbers.length);
  expect(party.renderings[0]?.batch.events).toHaveLength(100);
  expect(Math.max(...sizes)).toBe(4);
  expectAll(guest, 100);
});

test('two readers who return at once get the same batches, whatever their size', async () => {
  party = new TeaParty({ committed: 100 });
  party.weight = 2000;
  party.eventBytes = 3000;
  const guests = ['ada', 'grace'].map((owner) =>
    party.guest({ owner, after: { epoch: 'first', eventNumber: 0, at: 0 } }),
  );
  await untilHeard(guests, 100);

  expect(guests[0]!.told).toEqual(guests[1]!.told);
});

test('an audience cuts its batches by their size', async () => {
  const [guest] = await party.guests({});
  party.weight = 500;
  party.eventBytes = 10_000;
  party.log.pour(100);
  await untilHeard([guest!], 100);
  party.log.pour(100);
  await untilHeard([guest!], 200);

  expect(Math.max(...guest!.told.slice(2).map(({ numbers }) => numbers.length))).toBeLessThanOrEqual(4);
  expectAll(guest!, 200);
});

describe('with batches that are larger than the budget for rendering', () => {
  const asks = Array.from({ length: 20 }, (_, index) => ({ asks: `tea ${index}` }));

  test('an audience whose rendering takes long does not silence the others', async () => {
    const guests = await party.guests(...asks.slice(0, 3));
    const waiting = () => guests.filter(({ numbers }) => numbers.length === 0);
    party.weight = 5_000_000;
    const open = holdRenderings();
    party.log.pour();
    await until(() => party.renderings.length === 1);
    party.gate = Promise.resolve();

    await until(() => waiting().length === 1); // whichever audience was the first
    expect(guests.flatMap(({ numbers }) => numbers)).toEqual([1, 1]);
    open();
    await untilHeard(guests, 1);
  });

  test('audiences that wait for their turn send heartbeats and lose no events', async () => {
    party.audiences.close();
    party = new TeaParty({ heartbeatMs: 40 });
    const guests = await party.guests(...asks);
    party.weight = 5_000_000;
    const open = holdRenderings();
    party.log.pour();
    const last = guests.at(-1)!;
    const { length } = last.told;

    await until(() => last.told.length >= length + 2);
    expect(last.told.at(-1)).toMatchObject({ status: 'HEARTBEAT', from: 0, upTo: 0 });
    open();
    party.log.pour();
    await untilHeard(guests, 2);

    for (const guest of guests) expectAll(guest, 2);
  });
});
