import type { Counter } from 'prom-client';
import type { Viewer } from '../graphql/context.ts';
import type { Sink } from '../live/sink.ts';
import type { Destination } from '../sharing/subscribe-live.ts';
import type { ChaosSettings } from './chaos-settings.ts';
import type { Outbox } from './outbox.ts';

/** How a connection is closed, as networks, proxies and servers do it. Null: without a close frame. */
const closings: (readonly [code: number, reason: string] | null)[] = [
  null,
  [1001, 'Going away'],
  [1012, 'Service restart'],
  [1013, 'Try again later'],
  [4403, 'Session ended'],
];

interface ChaosOptions {
  connection: { outbox: Pick<Outbox, 'hold'>; close(code: number, reason: string): void; cut(): void };
  settings: ChaosSettings;
  faults: Counter<'fault'>;
}

/** Makes faults on one connection, at random but the same for the same seed and the same results. */
export class Chaos {
  readonly #options: ChaosOptions;
  // One for each fault, so that a fault does not change when others happen.
  readonly #drops: () => number;
  readonly #duplicates: () => number;
  readonly #delays: () => number;
  readonly #closes: () => number;
  readonly #resets: () => number;

  constructor(options: ChaosOptions) {
    this.#options = options;
    const { seed } = options.settings;
    const [drops, duplicates, delays, closes, resets] = [1, 2, 3, 4, 5].map((number) => randomFrom(seed * 31 + number));
    this.#drops = drops!;
    this.#duplicates = duplicates!;
    this.#delays = delays!;
    this.#closes = closes!;
    this.#resets = resets!;
  }

  /** Returns where a subscription sends its results, faults included. */
  through({ events, states }: Destination): Destination {
    const { dropEvery, duplicateEvery } = this.#options.settings;
    const numbered = (payload: Buffer) => {
      if (this.#happens('drop', this.#drops, dropEvery)) return [];
      return this.#happens('duplicate', this.#duplicates, duplicateEvery) ? [payload, payload] : [payload];
    };
    // Clients cannot see that a state is missing, only that an event is.
    return { events: this.#sink(events, numbered), states: this.#sink(states, (payload) => [payload]) };
  }

  /** Returns whether a subscription is to find that its cursor is unknown. */
  losesCursor(): boolean {
    return this.#happens('reset', this.#resets, this.#options.settings.resetEvery);
  }

  /** Lets the token of the connection end early, as if it had been issued so. */
  shortenToken(viewer: Viewer): void {
    const { expireTokenAfterMs } = this.#options.settings;
    if (expireTokenAfterMs === undefined) return;
    this.#options.faults.inc({ fault: 'expire' });
    const end = Date.now() + expireTokenAfterMs;
    viewer.expiresAt = new Date(Math.min(end, viewer.expiresAt?.getTime() ?? end));
  }

  #sink(sink: Sink, faultsOf: (payload: Buffer) => Buffer[]): Sink {
    return {
      connection: sink.connection,
      get isOpen() {
        return sink.isOpen;
      },
      hasRoomFor: (payloads) => sink.hasRoomFor(payloads),
      drained: () => sink.drained(),
      send: (payloads) => {
        this.#delay();
        for (const payload of payloads) {
          const sent = faultsOf(payload);
          if (sent.length > 0) sink.send(sent);
          if (this.#happens('close', this.#closes, this.#options.settings.closeEvery)) this.#close();
        }
      },
    };
  }

  #delay(): void {
    const { delayMs } = this.#options.settings;
    if (delayMs === undefined) return;
    if (this.#options.connection.outbox.hold(this.#delays() * delayMs)) this.#options.faults.inc({ fault: 'delay' });
  }

  #close(): void {
    const { connection } = this.#options;
    const closing = closings[Math.floor(this.#closes() * closings.length)];
    if (closing) connection.close(...closing);
    else connection.cut();
  }

  #happens(fault: string, random: () => number, every: number | undefined): boolean {
    if (every === undefined || random() * every >= 1) return false;
    this.#options.faults.inc({ fault });
    return true;
  }
}

/** Returns a generator of numbers from 0 to 1 (mulberry32 by Tommy Ettinger, public domain). */
function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
