import { describe, expect, test } from '@jest/globals';
import { Random } from '../../test/support/random.ts';
import { seeds } from '../../test/support/seeds.ts';
import type { MessageFields } from '../src/documents.ts';
import { checkFrame } from '../src/rooms/frames.ts';
import { createMessageRun, type MessageRun } from '../src/rooms/window.ts';
import { frame, message } from './support/room-log.ts';

function runOf(first: number, last: number, max?: number): MessageRun {
  const run = createMessageRun(max);
  run.replace(page(first, last), true);
  run.publish();
  return run;
}

const page = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => message(first + index));

const sequences = (run: MessageRun) => run.value.get().items.map(({ sequence }) => sequence);

describe('a window', () => {
  test('keeps an item unless it has changed, and its own value if nothing has', () => {
    const run = runOf(1, 3);
    const before = run.value.get();

    run.put(message(2));
    run.publish();
    expect(run.value.get()).toBe(before);
    run.put(message(2, { text: 'edited', editedAt: 'now' }));
    run.publish();

    expect(run.value.get().items[1]?.text).toBe('edited');
    expect([0, 2].map((n) => run.value.get().items[n] === before.items[n])).toEqual([true, true]);
  });

  test('shows stored and pending messages with the changes that wait', () => {
    const run = runOf(1, 2);

    run.setPending(
      () => [message(2_147_483_647, { id: 'p' })],
      (item) => ({ ...item, text: `${item.text}!` }),
    );
    run.publish();
    const shown = run.value.get().items.map(({ text }) => text?.endsWith('!'));
    run.setPending(() => []);
    run.publish();

    expect(shown).toEqual([true, true, true]);
    expect(run.value.get().items.map(({ text }) => text?.endsWith('!'))).toEqual([false, false]);
  });

  test('shows what an answer brought before its turn in order, and pending messages last', () => {
    const run = runOf(1, 2);
    run.setPending(() => [message(2_147_483_647, { id: 'p' })]);

    run.put(message(5));
    run.put(message(4));
    run.publish();
    expect(sequences(run)).toEqual([1, 2, 4, 5, 2_147_483_647]);
    expect(run.last()).toBe(2);
    run.put(message(3));

    expect(run.last()).toBe(5);
  });

  test('drops the oldest messages when new ones come, and the newest when older ones are loaded', () => {
    const run = runOf(11, 14, 4);

    run.put(message(15));
    run.publish();
    expect(sequences(run)).toEqual([12, 13, 14, 15]);
    run.addOlder(page(10, 11));
    run.put(message(16));
    run.publish();

    expect(sequences(run)).toEqual([10, 11, 12, 13]);
    expect(run.value.get()).toMatchObject({ hasOlder: true, hasNewer: true });
  });

  test('changes the quotation of a message that was edited or deleted, wherever that one is', () => {
    const run = runOf(5, 6);
    const replyTo = { id: 'm1', sequence: 1, text: 'text 1', deletedAt: null, author: null };
    run.put(message(6, { replyTo }));

    run.put(message(1, { text: null, deletedAt: 'now' }));
    run.publish();

    expect(run.value.get().items[1]?.replyTo).toEqual({ ...replyTo, text: null, deletedAt: 'now' });
  });

  test('keeps how the viewer has reacted, which events do not say', () => {
    const run = runOf(1, 1);
    const group = (count: number) => [{ emoji: '👍', count }] as unknown as MessageFields['reactionGroups'];
    run.put(message(1, { reactionGroups: [{ emoji: '👍', count: 1, viewerHasReacted: true }] }));

    run.put(message(1, { reactionGroups: group(2) }));
    run.publish();

    expect(run.value.get().items[0]?.reactionGroups).toEqual([{ emoji: '👍', count: 2, viewerHasReacted: true }]);
  });

  test('keeps no message before a page is asked for, and from then on those that answers bring', async () => {
    const run = createMessageRun();
    run.put(message(1));
    run.publish();
    expect(sequences(run)).toEqual([]);

    let answer: (found: MessageFields[]) => void = () => {};
    const loaded = run.load(
      () =>
        new Promise<MessageFields[]>((resolve) => {
          answer = resolve;
        }),
      (found) => run.replace(found, true),
    );
    run.put(message(3));
    run.publish();
    expect(sequences(run)).toEqual([3]);
    answer(page(1, 2));
    await loaded;

    expect(sequences(run)).toEqual([1, 2, 3]);
  });

  test('keeps a limited number of messages that answers brought before their turn', () => {
    const run = runOf(1, 2, 4);

    for (const sequence of [4, 5, 6, 7, 8]) run.put(message(sequence));
    run.publish();

    expect(sequences(run)).toEqual([1, 2, 5, 6, 7, 8]);
  });

  test('takes a page as it is, also if a restored server knows less of a message', () => {
    const run = runOf(1, 1);
    run.put(message(1, { text: 'edited', lastEventNumber: 9 }));

    run.replace([message(1, { lastEventNumber: 4 })], true);
    run.publish();

    expect(run.value.get().items).toEqual([message(1, { lastEventNumber: 4 })]);
  });

  test('shows no error of a load that was aborted', async () => {
    const run = runOf(1, 1);

    await run
      .load(
        () => Promise.reject(AbortSignal.abort().reason),
        () => {},
      )
      .catch(() => {});

    expect(run.value.get().isLoading).toBe(false);
    expect(run.value.get().error).toBeUndefined();
  });

  test('shows a load that fails, and goes on', async () => {
    const run = runOf(1, 1);
    const failed = run.load(
      () => Promise.reject(new Error('no')),
      () => {},
    );
    expect(run.value.get().isLoading).toBe(true);

    await expect(failed).rejects.toThrow('no');

    expect(run.value.get()).toMatchObject({ isLoading: false, error: { message: 'no' } });
  });
});

/** A server's log of messages and edits: `texts[n]` is the text of message n + 1. */
class ModelRoom {
  readonly log: { sequence: number }[] = [];
  readonly texts: string[] = [];
  readonly changedBy: number[] = [];

  act(random: Random): void {
    const isNew = this.texts.length < 3 || random.isTrue(0.6);
    const sequence = isNew ? this.texts.length + 1 : 1 + random.below(this.texts.length);
    this.log.push({ sequence });
    this.texts[sequence - 1] = `${sequence} by ${this.log.length}`;
    this.changedBy[sequence - 1] = this.log.length;
  }

  message(sequence: number): MessageFields {
    return message(sequence, { text: this.texts[sequence - 1]!, lastEventNumber: this.changedBy[sequence - 1]! });
  }

  page(first: number, last: number): MessageFields[] {
    const numbers = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
    return numbers.filter((n) => n >= 1 && n <= this.texts.length).map((n) => this.message(n));
  }
}

test.each(seeds({ few: 20, many: 300 }))(
  'a window agrees with the room, whatever is repeated, lost or late (seed %i)',
  async (seed) => {
    const random = new Random(seed);
    const room = new ModelRoom();
    const run = createMessageRun(12);
    let position = 0;
    const late: (() => Promise<unknown>)[] = [];
    run.replace([], true);
    const read = () => {
      const [before, after] = [random.below(room.log.length + 1), random.below(room.log.length + 1)].sort(
        (a, b) => a - b,
      );
      const finding = checkFrame(position, frame(before!, after!));
      if (finding.kind !== 'apply') return;
      for (const { eventNumber } of finding.events) {
        expect(eventNumber).toBe(++position);
        run.put(room.message(room.log[eventNumber - 1]!.sequence));
      }
    };
    const load = () => {
      let answer: (page: MessageFields[]) => void = () => {};
      const asked = new Promise<MessageFields[]>((resolve) => {
        answer = resolve;
      });
      const first = run.first();
      const isOlder = random.isTrue(0.6);
      const from = isOlder ? first - 4 : room.texts.length - 5;
      const to = isOlder ? first - 1 : room.texts.length;
      const found = room.page(from, to); // as it is now; it arrives later
      const done = run.load(
        () => asked,
        (got) => (isOlder ? run.addOlder(got) : run.replace(got, true)),
      );
      late.push(() => {
        answer(found);
        return done;
      });
    };
    for (let step = 0; step < 120; step++) {
      room.act(random);
      if (random.isTrue(0.7)) read();
      if (random.isTrue(0.15)) load();
      if (random.isTrue(0.3)) await late.shift()?.();
    }
    for (const answer of late) await answer();
    const finding = checkFrame(position, frame(0, room.log.length));
    for (const event of finding.kind === 'apply' ? finding.events : [])
      run.put(room.message(room.log[event.eventNumber - 1]!.sequence));
    run.publish();

    const { items, hasNewer } = run.value.get();
    expect(items).toEqual(room.page(items[0]?.sequence ?? 1, (items[0]?.sequence ?? 1) + items.length - 1));
    expect(items.length).toBeLessThanOrEqual(12);
    if (!hasNewer) expect(items.at(-1)?.sequence).toBe(room.texts.length);
  },
);
