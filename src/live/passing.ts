import { setTimeout as pause } from 'node:timers/promises';
import { connectionMutex } from './connection-mutex.ts';
import type { AccessEnd } from './ends.ts';
import { heldBytes } from './held-bytes.ts';
import { bytesOf } from './rendering.ts';
import { Retries } from './retries.ts';
import { noPayloads, type Sink } from './sink.ts';

/** Values that were begun: those to start with, and what stops those that come after them. */
export interface Beginning<Value> {
  first: readonly Value[] | Promise<readonly Value[]>;
  stop: () => void;
}

export interface PassingOptions<Value> {
  /**
   * Begins to give values: `next` is called with each that comes after the first ones. Called anew for a reader who could
   * not keep up, who starts over with first values of that moment.
   */
  begin: (next: (value: Value) => void) => Beginning<Value>;
  /** The room whose readers may all see a value, so that it is rendered once for them; null for one reader's own. */
  roomOf: (value: Value) => string | null;
  /** The end of the reader's access to a room that values tell of; null, or absent, while it lasts. */
  accessEnd?: (roomId: string) => AccessEnd | null;
  /** Whether a failure is the server's own (the database was away), after which it is tried again; any other ends it. */
  isFault: (error: unknown) => boolean;
  /** Called with each fault after which it is tried again. */
  onFault: (error: unknown) => void;
  /** Makes the error that ends it when faults have lasted for too long. */
  givenUp: () => Error;
  /** Gives back what the source holds; called once. */
  release: () => void;
}

/** Values that wait for a reader who takes them slowly, and their bytes; one who leaves more starts over. */
const maxWaiting = 1000;
const maxWaitingBytes = 1024 * 1024;
/** Values that are rendered at a time at most, and only if as many took no more than these bytes before. */
const maxTogether = 32;
const togetherBytes = 16 * 1024;

/**
 * What a live field of passing values resolves to: of what is so right now (who is here, who types), and not of what
 * happened. Nothing is replayed. A reader who cannot keep up misses what came meanwhile and starts over with the latest.
 */
export class PassingSource<Value> implements AsyncIterable<Value> {
  readonly options: PassingOptions<Value>;
  #beginning: Beginning<Value> | null = null;
  #waiting: Value[] = [];
  #waitingBytes = 0;
  #isOver = false;
  readonly #retries = new Retries();
  #wake = () => {};

  constructor(options: PassingOptions<Value>) {
    this.options = options;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The values that are there, or the next to come; null when there will be none. */
  async take(): Promise<readonly Value[] | null> {
    while (!this.#isOver) {
      if (!this.#beginning) await this.#begin();
      const values = this.#waiting;
      this.#forget();
      if (values.length > 0) return values;
      if (this.#beginning && !this.#isOver) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
    return null;
  }

  /** Drops what waits and stops the rest; the next `take` starts over. */
  restart(): void {
    this.#beginning?.stop();
    this.#beginning = null;
    this.#forget();
    this.#wake();
  }

  /** Ends it: nothing more is given. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.restart();
    this.options.release();
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
    // What comes before the first values are there waits after them.
    const beginning = this.options.begin((value) => this.#push(value));
    this.#beginning = beginning;
    try {
      const first = await beginning.first;
      this.#retries.succeeded();
      if (this.#beginning !== beginning) return;
      this.#waiting = [...first, ...this.#waiting];
    } catch (error) {
      if (this.#beginning !== beginning) return;
      this.restart();
      await this.bearWith(error, this.#retries);
    }
  }

  /** Waits until what failed may be tried again; throws what ends the subscription. */
  async bearWith(error: unknown, retries: Retries): Promise<void> {
    const { isFault, onFault, givenUp } = this.options;
    if (!isFault(error)) throw error;
    onFault(error);
    const pauseMs = retries.failed();
    if (pauseMs === null) throw givenUp();
    await pause(pauseMs, undefined, { ref: false });
  }

  #push(value: Value): void {
    // Alone, a value is taken at once, nearly always.
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

/** Makes of a value what is sent for it: the UTF-8 of a JSON value. */
export interface PassingRendering<Value> {
  /** For all who asked the same, the same promise; null if it turns out to depend on who reads. */
  shared: (value: Value) => Promise<Buffer | null>;
  /** For one reader. */
  own: (value: Value) => Promise<Buffer>;
}

interface Carrying<Value> {
  sink: Sink;
  rendering: PassingRendering<Value>;
}

/** Sends the values of a source to a sink; resolves when it is over. */
export async function carry<Value>(source: PassingSource<Value>, carrying: Carrying<Value>): Promise<void> {
  const { sink } = carrying;
  const retries = new Retries();
  for (let values = await source.take(); values; values = await source.take()) {
    const taken = values;
    const hindrance = await connectionMutex.run(sink.connection, () => send(taken, source, carrying));
    if (source.isOver) continue;
    if (!hindrance) {
      retries.succeeded();
      continue;
    }
    source.restart();
    await (hindrance === 'no room' ? sink.drained() : source.bearWith(hindrance.fault, retries));
  }
}

/**
 * Renders values and sends them, some at a time, each only when there is room: what a peer does not read is not even
 * rendered. Resolves to why the source must start over, if it must.
 */
async function send<Value>(
  values: readonly Value[],
  source: PassingSource<Value>,
  { sink, rendering }: Carrying<Value>,
): Promise<'no room' | { fault: unknown } | null> {
  if (!sink.hasRoomFor(noPayloads)) return 'no room';
  let count = 1;
  for (let sent = 0; sent < values.length; ) {
    const some = values.length === 1 ? values : values.slice(sent, sent + count);
    const payloads = await renderAll(some, rendering, source);
    if (source.isOver) return null;
    if (!Array.isArray(payloads)) return payloads;
    if (!sink.hasRoomFor(payloads)) {
      // Not once the first are sent: who is told much at the beginning would begin again and again.
      if (sent === 0) return 'no room';
      await sink.drained();
      if (source.isOver) return null;
    }
    sink.send(payloads);
    sent += some.length;
    count = Math.min(maxTogether, Math.max(1, Math.floor((some.length * togetherBytes) / bytesOf(payloads))));
  }
  return null;
}

async function renderAll<Value>(
  values: readonly Value[],
  { shared, own }: PassingRendering<Value>,
  { options }: PassingSource<Value>,
): Promise<Buffer[] | { fault: unknown }> {
  const hasLeft = (value: Value) => {
    const roomId = options.accessEnd ? options.roomOf(value) : null;
    return roomId !== null && options.accessEnd?.(roomId) != null;
  };
  const render = async (value: Value) => {
    const hadLeft = hasLeft(value);
    const payload = (hadLeft ? null : await shared(value)) ?? (await own(value));
    // The reader may have left the room meanwhile, and what its members see may be in it.
    return hadLeft || !hasLeft(value) ? payload : own(value);
  };
  try {
    const [only] = values;
    // Nearly always it is one, for which thousands wait together; what each of them does besides is most of the work.
    if (values.length === 1 && only !== undefined) return [await render(only)];
    return await Promise.all(values.map(render));
  } catch (error) {
    if (options.isFault(error)) return { fault: error };
    throw error;
  }
}
