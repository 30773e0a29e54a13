import type { Session as SessionState, TokenReason } from '../api.ts';
import { createAlarm, isTime } from '../base/clock.ts';
import type { Base } from '../base/core.ts';
import { withinLife } from '../base/deadline.ts';
import { notSignedIn } from '../base/errors.ts';
import { Listeners, type Store, Value } from '../base/store.ts';

export const tokenWithinMs = 30_000;
const checkEveryMs = 30_000;
const leastCheckMs = 1_000;
/** A token is renewed so long before its end, whichever is longer, but not before half of its life has passed. */
const renewBeforeMs = 60_000;
const renewBeforePart = 0.1;

/** What the server says with its acknowledgement; a server of another version may say less. */
export interface Acknowledgement {
  readonly serverTime?: unknown;
  readonly userId?: unknown;
  readonly expiresAt?: unknown;
  readonly reconnectWithinMs?: unknown;
}

export type EndReason = Extract<SessionState, { readonly status: 'signed-out' }>['why'];

export interface Renewal {
  /** Gives the present connection a new token; rejects if it does not take it. Resolves to the new end. */
  readonly renew: (token: string) => Promise<unknown>;
  /** Connects anew, because the present connection did not take the new token. */
  readonly reconnect: () => void;
}

/** The token, who it signs in, and when it is replaced. */
export interface Session {
  readonly state: Store<SessionState>;
  /** What the former user saw must be forgotten: they have signed out, or it is another user, or nobody, from now on. */
  readonly userChanged: Listeners<[]>;
  /** Returns the token, asking for it if there is none yet; null after a sign-out. */
  readonly token: () => Promise<string | null>;
  /** Returns the payload for a new connection; null if there is no token any more. */
  readonly init: () => Promise<object | null>;
  /** Takes over what the server says about a new connection. */
  readonly acknowledged: (payload: Acknowledgement) => void;
  /** The server has refused the token. Returns whether there is another one. */
  readonly refused: (token?: string | null) => Promise<boolean>;
  /** The connection is lost: nothing can be renewed until the next one. */
  readonly disconnected: () => void;
  /** Returns the token of the session, to revoke it. Asks for it if nothing has; null if nobody is signed in. */
  readonly lastToken: () => Promise<string | null>;
  /** Signs out. The next connection asks for a token anew. */
  readonly end: (why: EndReason) => void;
  /** Forgets the token, so that the next connection asks for it. */
  readonly forget: () => void;
  /** The app may have a token by now: if there was none, it is asked for again. Returns whether there is none. */
  readonly askAgain: () => boolean;
  /** Renews the token if it is time: after each wake, and when the server says so (`isDue`). */
  readonly check: (isDue?: boolean) => void;
}

export function createSession(base: Base, { renew, reconnect }: Renewal): Session {
  const { clock, log, options, listenerFailed } = base;
  const state = new Value<SessionState>({ status: 'unknown' });
  const userChanged = new Listeners<[]>(listenerFailed);
  const nextCheck = createAlarm(clock);
  /** The server's clock minus the local one. */
  let serverAhead = 0;
  let token: string | null | undefined;
  /** The token before it, of the same user. */
  let former: typeof token;
  /** Who was acknowledged last; null: nobody. Stays when the token is refused: the same user may come back. */
  let user: string | null | undefined;
  /** The question that is under way, shared by all who ask. The answer to any other one is thrown away. */
  let asked: { why: TokenReason; answer: Promise<string | null> } | undefined;
  /** Changes with each question, and when the token is forgotten. */
  let question = {};
  /** Changes when the token is forgotten: whoever asked before gets none. */
  let signIn = {};
  /** How often the app has said that it may have a token. */
  let offers = 0;
  let expiresAt: number | null = null;
  let renewAt: number | null = null;
  /** When the last renewal began, by the local clock. A server may give tokens that have ended already. */
  let renewedAt = Number.NEGATIVE_INFINITY;
  /** Changes with each connection and each sign-out: a renewal for an earlier one is thrown away. */
  let era = {};

  const serverNow = () => clock.now() + serverAhead;

  return {
    state,
    userChanged,
    token: currentToken,
    async init() {
      const { status } = state.get();
      const given = await currentToken();
      if (given === null && status !== 'unknown' && status !== 'anonymous') return null;
      const { deviceId, language } = options;
      return { token: given ?? undefined, deviceId: deviceId || undefined, language: language || undefined };
    },
    acknowledged({ serverTime, userId, expiresAt: end }) {
      const mine = {};
      era = mine;
      const time = timeOf(serverTime);
      if (time !== null) serverAhead = time - clock.now();
      const id = typeof userId === 'string' ? userId : '';
      become(token ? id : null);
      if (mine !== era) return; // whoever was told has disconnected
      if (token) signedIn(id, timeOf(end));
      else state.set({ status: 'anonymous' });
    },
    async refused(refusedToken = token) {
      // There is another one already. What was sent before a sign-out is not sent again as another user.
      if (refusedToken !== token) return refusedToken === former && token !== null;
      const next = await ask('refused');
      return next !== null && next !== refusedToken;
    },
    async lastToken() {
      if (state.get().status === 'signed-out') return null;
      return token === undefined ? askApp('start') : token;
    },
    disconnected,
    end,
    forget,
    askAgain() {
      offers += 1;
      token ??= undefined;
      return token === undefined;
    },
    check,
  };

  async function currentToken(): Promise<string | null> {
    // Until `connect`: `token` may sign in a guest.
    if (state.get().status === 'signed-out') return null;
    const isOver = expiresAt !== null && serverNow() >= expiresAt;
    if (token === undefined || isOver) await ask(isOver ? 'expiring' : 'start');
    return token ?? null;
  }

  function disconnected(): void {
    nextCheck();
    era = {};
  }

  function end(why: EndReason): void {
    forget();
    if (why !== 'refused') become(undefined);
    state.set({ status: 'signed-out', why });
  }

  /** Before the state says who it is: nobody may see what the former user saw. */
  function become(next: typeof user): void {
    const isOther = user !== undefined && user !== next;
    user = next;
    if (isOther) userChanged.call();
  }

  function forget(): void {
    disconnected();
    asked = token = former = undefined;
    question = {};
    signIn = {};
    expiresAt = renewAt = null;
    if (state.get().status === 'signed-out') state.set({ status: 'unknown' });
  }

  function check(isDue = false): void {
    nextCheck();
    if (renewAt === null || typeof options.token !== 'function') return;
    const left = isDue ? 0 : renewAt - serverNow();
    const pause = Math.min(leastCheckMs, renewedAt + leastCheckMs - clock.now());
    const ms = Math.max(pause, Math.min(left, checkEveryMs));
    if (ms <= 0) void replace();
    else nextCheck(ms, () => check(isDue));
  }

  function signedIn(userId: string, until: number | null): void {
    const mine = era;
    expiresAt = until;
    state.set({ status: 'signed-in', userId, expiresAt });
    if (mine !== era) return;
    renewAt = null;
    if (until === null) return;
    const left = until - serverNow();
    renewAt = until - Math.min(left / 2, Math.max(renewBeforeMs, left * renewBeforePart));
    check();
  }

  /** Asks for a token before the end of the present one, and gives it to the connection. */
  async function replace(): Promise<void> {
    const [mine, before] = [era, token];
    renewedAt = clock.now();
    const next = await ask('expiring').catch((error) => {
      log({ level: 'warn', what: 'token', error });
      return null;
    });
    if (mine !== era) return;
    if (next && next !== before) await handOver(next);
    else {
      const left = (expiresAt ?? 0) - serverNow();
      nextCheck(Math.min(checkEveryMs, Math.max(leastCheckMs, left / 4)), () => check());
    }
  }

  async function handOver(next: string): Promise<void> {
    const [mine, shown] = [era, state.get()];
    try {
      const until = await renew(next);
      if (mine === era && shown.status === 'signed-in') signedIn(shown.userId, timeOf(until));
    } catch {
      if (mine === era) reconnect();
    }
  }

  function ask(why: TokenReason): Promise<string | null> {
    // What was asked before a refusal may be answered with the refused token.
    if (asked && (asked.why === why || why !== 'refused')) return asked.answer;
    const mine = {};
    question = mine;
    const answer = askOnce(why, mine).finally(() => {
      if (mine === question) asked = undefined;
    });
    asked = { why, answer };
    return answer;
  }

  /** A token often comes from a file or a header. An empty text is none: the server takes it for a broken one. */
  async function askApp(why: TokenReason): Promise<string | null> {
    const given = await (typeof options.token === 'function' ? options.token(why) : options.token);
    return given?.trim().replace(/^Bearer +/i, '') || null;
  }

  async function askOnce(why: TokenReason, mine: object): Promise<string | null> {
    const [before, said] = [signIn, offers];
    const given = await withinLife(base, tokenWithinMs, () => askApp(why));
    if (before !== signIn) throw notSignedIn();
    if (mine !== question) return asked ? asked.answer : (token ?? null);
    if (given === null && said !== offers) return askOnce(why, mine);
    if (given !== token) {
      expiresAt = null;
      former = token;
    }
    token = given;
    return given;
  }
}

/** Returns a time of the server in milliseconds; null if it is none. */
function timeOf(value: unknown): number | null {
  const time = typeof value === 'string' ? Date.parse(value) : value;
  return isTime(time) ? time : null;
}
