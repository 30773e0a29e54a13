import { setTimeout as pause } from 'node:timers/promises';
import { heldBytes } from './held-bytes.ts';
import { Retries } from './retries.ts';
import type { StateListener, StateReading, StateSource } from './state-source.ts';

/** What a stream does when its source, or the rendering of a value, fails. */
export interface StateFaults {
  /** Returns whether a failure is the server's own (such as a lost database), which is retried; any other ends the stream. */
  isFault: (error: unknown) => boolean;
  /** Called with each fault that is retried. */
  onFault: (error: unknown) => void;
  /** Makes the error that ends the stream when faults have lasted for too long. */
  givenUp: () => Error;
}

/** Values that wait for a slow reader, and their bytes; a reader who leaves more waiting starts over. */
const maxWaiting = 1000;
const maxWaitingBytes = 1024 * 1024;

/**
 * The value of a live field that shows a state (such as the users who type) instead of events. Nothing is replayed: a reader
 * who cannot keep up misses changes and starts over with a new snapshot.
 */
export class StateStream<Value> implements AsyncIterable<Value> {
  readonly source: StateSource<Value>;
  readonly faults: StateFaults;
  #reading: StateReading<Value> | null = null;
  #waiting: Value[] = [];
  #waitingBytes = 0;
  #isOver = false;
  readonly #retries = new Retries();
  readonly #listener: StateListener<Value> = { next: (value) => this.#push(value), end: () => this.end() };
  #wake = () => {};
  #noteEnd = () => {};
  /** Resolves when the stream is over. */
  readonly ended = new Promise<void>((resolve) => {
    this.#noteEnd = resolve;
  });

  constructor(source: StateSource<Value>, faults: StateFaults) {
    this.source = source;
    this.faults = faults;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Returns the values that wait, or the next one to arrive; null once the stream is over. */
  async take(): Promise<readonly Value[] | null> {
    while (!this.#isOver) {
      if (!this.#reading) await this.#begin();
      const values = this.#waiting;
      this.#forget();
      if (values.length > 0) return values;
      if (this.#reading && !this.#isOver) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
    return null;
  }

  /** Drops the values that wait and stops the reading; the next `take` starts over. */
  restart(): void {
    this.#reading?.stop();
    this.#reading = null;
    this.#forget();
    this.#wake();
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#noteEnd();
    this.restart();
    this.source.release();
  }

  /** Waits until a failed attempt may be repeated; throws the error that ends the stream. */
  async waitToRetry(error: unknown, retries: Retries): Promise<void> {
    const { isFault, onFault, givenUp } = this.faults;
    if (!isFault(error)) throw error;
    onFault(error);
    const pauseMs = retries.failed();
    if (pauseMs === null) throw givenUp();
    await pause(pauseMs, undefined, { ref: false });
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Value> {
    let taken: Value[] = [];
    const iterator: AsyncIterableIterator<Value> = {
      next: async () => {
        if (taken.length === 0) taken = [...((await this.take()) ?? [])];
        const value = taken.shift();
        return value === undefined || this.#isOver ? { value: undefined, done: true } : { value, done: false };
      },
      return: async () => {
        this.end();
        return { value: undefined, done: true };
      },
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }

  async #begin(): Promise<void> {
    const reading = this.source.begin(this.#listener);
    // The source may have ended the stream at once.
    if (this.#isOver) return reading.stop();
    this.#reading = reading;
    try {
      const snapshot = await reading.snapshot;
      this.#retries.succeeded();
      if (this.#reading !== reading) return;
      // Changes that arrived before the snapshot was complete come after it.
      this.#waiting = [...snapshot, ...this.#waiting];
    } catch (error) {
      if (this.#reading !== reading) return;
      this.restart();
      await this.waitToRetry(error, this.#retries);
    }
  }

  #push(value: Value): void {
    // A single value is nearly always taken at once, so its bytes need not be counted.
    if (this.#waiting.length > 0) this.#waitingBytes += heldBytes(value);
    this.#waiting.push(value);
    if (this.#waiting.length > maxWaiting || this.#waitingBytes > maxWaitingBytes) this.restart();
    else this.#wake();
  }

  #forget(): void {
    this.#waiting = [];
    this.#waitingBytes = 0;
  }
}
