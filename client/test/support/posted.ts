import type { ParleyOptions } from '../../src/api.ts';
import { settle } from './fake-clock.ts';
import { Trial } from './trial.ts';

/** A client that is signed in, and the mutations that it sends, answered by the test. */
export class Postbox {
  readonly trial: Trial;
  /** How many of the mutations were answered. */
  #answered = 0;

  constructor(options: Partial<ParleyOptions> = {}) {
    this.trial = new Trial(options);
  }

  async open(userId = 'ada'): Promise<this> {
    this.#answered = 0;
    await this.trial.connected({ userId, serverTime: new Date(this.trial.clock.now()).toISOString() });
    await settle();
    return this;
  }

  get room() {
    return this.trial.parley.room('r');
  }

  /** The inputs of the mutations that were sent over the present connection. */
  get inputs(): Record<string, unknown>[] {
    return this.mutations.map(({ payload }) => payload?.variables?.input as Record<string, unknown>);
  }

  get mutations() {
    return this.trial.socket.subscribed.filter(({ payload }) => payload?.query?.startsWith('mutation'));
  }

  /** Answers the oldest mutation that has no answer. */
  async accept(message: object | null = {}): Promise<void> {
    await this.#answer({ message, userErrors: [] });
  }

  async refuse(code: string, more: object = {}): Promise<void> {
    await this.#answer({ message: null, userErrors: [{ code, message: code, path: null, ...more }] });
  }

  /** Loses the connection, and has the next one acknowledged. */
  async cut(userId?: string): Promise<void> {
    const { trial } = this;
    trial.socket.drop(1006);
    await trial.clock.advance(trial.wait ?? 0);
    await this.open(userId);
  }

  async #answer(payload: object): Promise<void> {
    const { id } = this.mutations[this.#answered++] ?? {};
    this.trial.socket.receive({ id, type: 'next', payload: { data: { mutation: payload } } });
    this.trial.socket.receive({ id, type: 'complete' });
    await settle();
  }
}
