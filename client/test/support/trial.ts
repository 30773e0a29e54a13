import type { Connection, Fault, Parley, ParleyOptions, Wake } from '../../src/api.ts';
import { createParleyIn } from '../../src/client.ts';
import { FakeClock, settle } from './fake-clock.ts';
import { type FakeSocket, fakeSockets } from './fake-socket.ts';

/** A client with a clock, sockets and a device that the test plays. */
export class Trial {
  readonly clock = new FakeClock();
  readonly sockets: FakeSocket[];
  readonly faults: Fault[] = [];
  readonly reasons: string[] = [];
  readonly log: string[] = [];
  readonly parley: Parley;
  /** What `Math.random` gives. */
  random = 0.5;
  isHidden = false;
  tokens: (string | null)[] = [];
  readonly #listeners: Record<'wake' | 'sleep' | 'offline', ((why?: 'online') => void)[]> = {
    wake: [],
    sleep: [],
    offline: [],
  };

  constructor(options: Partial<ParleyOptions> = {}) {
    const { webSocket, sockets } = fakeSockets();
    this.sockets = sockets;
    const environment = { clock: this.clock, random: () => this.random };
    this.parley = createParleyIn(environment, {
      url: 'http://chat.example/graphql',
      token: (why) => this.#nextToken(why),
      webSocket,
      wake: this.#wake(),
      log: ({ what }) => this.log.push(what),
      ...options,
    });
    this.parley.onFault((fault) => this.faults.push(fault));
  }

  get connection(): Connection {
    return this.parley.connection.get();
  }

  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error('There is no socket.');
    return socket;
  }

  /** Connects, and has the connection acknowledged. */
  async connected(payload?: object): Promise<this> {
    this.parley.connect();
    return this.acknowledged(payload);
  }

  /** Has the attempt that is under way acknowledged. */
  async acknowledged(payload?: object): Promise<this> {
    await settle();
    this.socket.acknowledge(payload);
    await settle();
    return this;
  }

  /** Returns in how many milliseconds the next attempt is made. */
  get wait(): number | undefined {
    return this.connection.status === 'waiting' ? this.connection.retryAt - this.clock.now() : undefined;
  }

  async tell(what: 'wake' | 'sleep' | 'offline', why?: 'online'): Promise<void> {
    for (const listener of this.#listeners[what]) listener(why);
    await settle();
  }

  get listeners(): number {
    return Object.values(this.#listeners).flat().length;
  }

  #nextToken(why: string): string | null {
    this.reasons.push(why);
    const token = this.tokens.length > 0 ? this.tokens.shift() : `token-${this.reasons.length}`;
    return token ?? null;
  }

  #wake(): Wake {
    const listen = (what: 'wake' | 'sleep' | 'offline') => (listener: (why?: 'online') => void) => {
      this.#listeners[what].push(listener);
      return () => {
        this.#listeners[what] = this.#listeners[what].filter((other) => other !== listener);
      };
    };
    return {
      onWake: listen('wake'),
      onSleep: listen('sleep'),
      onOffline: listen('offline'),
      isHidden: () => this.isHidden,
    };
  }
}
