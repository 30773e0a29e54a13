import type { ParleyOptions, Session as SessionState, TokenReason } from './api.ts';
import type { Clock } from './clock.ts';
import { ParleyError } from './errors.ts';
import { Value } from './store.ts';

const tokenWithinMs = 30_000;
const checkEveryMs = 30_000;
const leastCheckMs = 1_000;
/** So long before its end a token is renewed: the larger of the two, but not before half of what is left. */
const renewBeforeMs = 60_000;
const renewBeforePart = 0.1;

/** What the server says with its acknowledgement; a server of another version may say less. */
export interface Acknowledgement {
  readonly serverTime?: unknown;
  readonly userId?: unknown;
  readonly expiresAt?: unknown;
  readonly reconnectWithinMs?: unknown;
}

export interface SessionOptions extends Pick<ParleyOptions, 'token' | 'deviceId' | 'language'> {
  readonly clock: Clock;
  /** Gives the present connection a new token; rejects if it does not take it. Resolves to the new end. */
  readonly renew: (token: string) => Promise<unknown>;
  /** Connects anew, because the present connection did not take the new token. */
  readonly reconnect: () => void;
  readonly failed: (error: unknown) => void;
}

/** The token, who it signs in, and when it is replaced. */
export class Session {
  readonly state = new Value<SessionState>({ status: 'unknown' });
  /** The server's clock minus the local one. */
  serverAhead = 0;
  readonly #options: SessionOptions;
  #token: string | null | undefined;
  /** A question that is under way, shared by all who ask. */
  #asked: Promise<string | null> | undefined;
  #expiresAt: number | null = null;
  #renewAt: number | null = null;
  #cancelCheck = () => {};
  #cancelAsk = () => {};
  /** Changes with each connection and each sign-out: a renewal for an earlier one is thrown away. */
  #era = {};

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** Returns the token, asking for it if there is none yet. */
  async token(): Promise<string | null> {
    const isOver = this.#expiresAt !== null && this.#serverNow() >= this.#expiresAt;
    if (this.#token === undefined || isOver) await this.#ask(isOver ? 'expiring' : 'start');
    return this.#token ?? null;
  }

  /** Returns the payload for a new connection; null if there is no token any more. */
  async init(): Promise<Record<string, unknown> | null> {
    const wasUnknown = this.state.get().status === 'unknown' || this.state.get().status === 'anonymous';
    const token = await this.token();
    if (token === null && !wasUnknown) {
      this.end('no-token');
      return null;
    }
    const { deviceId, language } = this.#options;
    return { ...(token !== null && { token }), ...(deviceId && { deviceId }), ...(language && { language }) };
  }

  /** Takes over what the server says about a new connection. */
  acknowledged({ serverTime, userId, expiresAt }: Acknowledgement): void {
    this.#era = {};
    const time = timeOf(serverTime);
    if (time !== null) this.serverAhead = time - this.#options.clock.now();
    if (!this.#token) this.state.set({ status: 'anonymous' });
    else this.#signedIn(typeof userId === 'string' ? userId : '', timeOf(expiresAt));
  }

  /** The server has refused the token. Returns whether there is another one. */
  async refused(token: string | null | undefined = this.#token): Promise<boolean> {
    // Another one is there already.
    if (token !== this.#token) return this.#token !== null;
    const next = await this.#ask('refused');
    return next !== null && next !== token;
  }

  /** The connection is lost: nothing can be renewed until the next one. */
  disconnected(): void {
    this.#cancelCheck();
    this.#era = {};
  }

  dispose(): void {
    this.forget();
    this.#cancelAsk();
    this.state.clear();
  }

  /** Signs out. The next connection asks for a token anew. */
  end(why: 'no-token' | 'refused' | 'signed-out'): void {
    this.forget();
    this.state.set({ status: 'signed-out', why });
  }

  /** Forgets the token, so that the next connection asks for it. */
  forget(): void {
    this.disconnected();
    this.#token = undefined;
    this.#expiresAt = this.#renewAt = null;
    if (this.state.get().status === 'signed-out') this.state.set({ status: 'unknown' });
  }

  /** Renews the token if it is time: after each wake, and when the server says so (`isDue`). */
  check(isDue = false): void {
    this.#cancelCheck();
    if (this.#renewAt === null || typeof this.#options.token !== 'function') return;
    const left = this.#renewAt - this.#serverNow();
    if (left <= 0 || isDue) void this.#renew();
    else this.#cancelCheck = this.#options.clock.after(Math.min(left, checkEveryMs), () => this.check());
  }

  #signedIn(userId: string, expiresAt: number | null): void {
    this.#expiresAt = expiresAt;
    this.state.set({ status: 'signed-in', userId, expiresAt });
    if (expiresAt === null) return;
    const left = expiresAt - this.#serverNow();
    this.#renewAt = expiresAt - Math.min(left / 2, Math.max(renewBeforeMs, left * renewBeforePart));
    this.check();
  }

  async #renew(): Promise<void> {
    const { clock, renew, reconnect, failed } = this.#options;
    const [era, before, state] = [this.#era, this.#token, this.state.get()];
    try {
      const token = await this.#ask('expiring');
      if (era !== this.#era) return;
      if (token !== null && token !== before) {
        const expiresAt = timeOf(await renew(token).catch(() => (era === this.#era ? reconnect() : null)));
        if (era === this.#era && state.status === 'signed-in') this.#signedIn(state.userId, expiresAt);
        return;
      }
    } catch (error) {
      failed(error);
    }
    if (era !== this.#era) return;
    const left = (this.#expiresAt ?? 0) - this.#serverNow();
    this.#cancelCheck = clock.after(Math.min(checkEveryMs, Math.max(leastCheckMs, left / 4)), () => this.check());
  }

  #ask(why: TokenReason): Promise<string | null> {
    this.#asked ??= this.#askOnce(why).finally(() => {
      this.#asked = undefined;
    });
    return this.#asked;
  }

  async #askOnce(why: TokenReason): Promise<string | null> {
    const { token, clock } = this.#options;
    const { promise, cancel } = timeout(clock);
    this.#cancelAsk = cancel;
    try {
      const given = typeof token === 'function' ? await Promise.race([token(why), promise]) : token;
      if (given !== this.#token) this.#expiresAt = null;
      this.#token = given;
      return given;
    } finally {
      cancel();
    }
  }

  #serverNow(): number {
    return this.#options.clock.now() + this.serverAhead;
  }
}

function timeout(clock: Clock): { promise: Promise<never>; cancel: () => void } {
  let cancel = () => {};
  const promise = new Promise<never>((_, reject) => {
    const late = () => reject(new ParleyError({ code: 'TIMEOUT', message: 'No token arrived in time.' }));
    cancel = clock.after(tokenWithinMs, late);
  });
  return { promise, cancel };
}

/** Returns a time of the server in milliseconds; null if it is none. */
function timeOf(value: unknown): number | null {
  const time = typeof value === 'string' ? Date.parse(value) : value;
  return typeof time === 'number' && Number.isFinite(time) ? time : null;
}
