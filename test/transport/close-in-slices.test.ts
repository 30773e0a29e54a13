import { expect, test } from '@jest/globals';
import { closeInSlices } from '../../src/transport/close-in-slices.ts';

/** A connection whose peer answers a close frame at once or never, and whose operations are all answered or never are. */
class FakeConnection {
  code: number | null = null;
  isCut = false;
  #isClosed = false;
  #onClose = () => {};
  readonly #options: { isBusy: boolean; isDeaf: boolean };

  constructor(options = { isBusy: false, isDeaf: false }) {
    this.#options = options;
  }

  finish(): Promise<void> {
    return this.#options.isBusy ? new Promise(() => {}) : Promise.resolve();
  }

  close(code: number): void {
    this.code = code;
    if (!this.#options.isDeaf) this.#end();
  }

  cut(): void {
    if (this.#isClosed) return;
    this.isCut = true;
    this.#end();
  }

  onClose(listener: () => void): void {
    this.#onClose = listener;
  }

  #end(): void {
    this.#isClosed = true;
    this.#onClose();
  }
}

test('a thousand connections are closed, a few at a time', async () => {
  const connections = Array.from({ length: 1000 }, () => new FakeConnection());
  const closed = () => connections.filter(({ code }) => code === 1001).length;

  const done = closeInSlices(new Set(connections), 10_000);
  await new Promise(setImmediate);
  expect(closed()).toBe(50);
  await done;

  expect(closed()).toBe(1000);
  expect(connections.some(({ isCut }) => isCut)).toBe(false);
});

test('a connection that does not finish is closed two seconds before the deadline, and cut at the deadline', async () => {
  const idle = new FakeConnection();
  const busy = new FakeConnection({ isBusy: true, isDeaf: false });
  const deaf = new FakeConnection({ isBusy: true, isDeaf: true });

  await closeInSlices(new Set([idle, busy, deaf]), 2100);

  expect([idle, busy, deaf].map(({ code }) => code)).toEqual([1001, 1001, 1001]);
  expect([idle, busy, deaf].map(({ isCut }) => isCut)).toEqual([false, false, true]);
});
