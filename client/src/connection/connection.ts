import type { Connection as ConnectionState } from '../api.ts';
import { createAlarm } from '../base/clock.ts';
import type { Base } from '../base/core.ts';
import { ParleyError } from '../base/errors.ts';
import { type Store, Value } from '../base/store.ts';
import { createAttempts, isOurFault, offlineEveryMs } from './attempts.ts';
import { createMissing } from './lost-state.ts';
import type { Acknowledgement, EndReason, Session } from './session.ts';
import { type CloseReason, openWire, type Wire } from './wire.ts';
import type { Answer, ClientMessage } from './wire-messages.ts';

const stopAfterMs = 5_000;
const onlineWithinMs = 250;

export interface ConnectionParts {
  readonly session: Session;
  readonly operations: {
    readonly ready: () => void;
    readonly received: (answer: Answer) => void;
    readonly lost: () => void;
    /** The operation's request was larger than the server takes. */
    readonly tooLarge: (operationId: string | undefined) => void;
  };
  /** Whether something waits to be sent: then a hidden page reconnects as fast as others. */
  readonly hasUnsent: () => boolean;
}

/** The one connection: opened when something needs it, and again after each loss. */
export interface Connection {
  readonly state: Store<ConnectionState>;
  /** Keeps the connection open until the returned function is called. */
  readonly need: () => () => void;
  /**
   * Connects, also after `disconnect`, a sign-out or a failure, and stays connected until `disconnect`. If nobody is
   * signed in, asks for the token again, and connects with it if there is one.
   */
  readonly connect: () => void;
  /** Disconnects until `connect` is called. */
  readonly disconnect: () => void;
  /** Disconnects, and ends the session. */
  readonly signOut: (why: EndReason) => void;
  /** Takes another connection in place of the present one. */
  readonly reconnect: () => void;
  readonly send: (message: ClientMessage) => void;
  readonly ping: () => void;
  /** Treats the present connection as lost. */
  readonly terminate: () => void;
  /** Treats the token of the present connection as refused. */
  readonly refuse: () => void;
}

export function createConnection(base: Base, { session, operations, hasUnsent }: ConnectionParts): Connection {
  const { clock, random, wake, fault } = base;
  const state = new Value<ConnectionState>({ status: 'idle' });
  const nextStep = createAlarm(clock);
  const stopAlarm = createAlarm(clock);
  const attempts = createAttempts(base, hasUnsent);
  const missing = createMissing(clock, state);
  /** Who needs the connection; `connect` does under this name. */
  const needs = new Set<unknown>();
  const pin = 'connect';
  let wire: Wire | undefined;
  /** The attempt under way; what belongs to an earlier one is ignored. */
  let attempt = {};
  let refusals = 0;
  /** What was logged of the present loss, so that the same reason is logged once, however often an attempt fails by it. */
  let logged = '';
  /** Why the session ends, as soon as the connection has. */
  let ending: EndReason | undefined;

  for (const unlisten of [wake.onWake(woke), wake.onSleep?.(sleep), wake.onOffline?.(wentOffline), disconnect])
    if (unlisten) base.onEnd(unlisten);

  return {
    state,
    need() {
      const need = {};
      needs.add(need);
      stopAlarm();
      if (is('idle')) open();
      return () => {
        needs.delete(need);
        stopIfUnneeded();
      };
    },
    connect() {
      endSession();
      const isTokenless = session.askAgain();
      needs.add(pin);
      stopAlarm();
      const isHalted = is('closed') || is('failed');
      if (isHalted) {
        session.forget();
        attempts.forget();
        refusals = 0;
      }
      if (isHalted || is('idle')) open();
      else if (wire && isTokenless) void signIn();
    },
    disconnect,
    signOut,
    reconnect() {
      if (!is('ready')) return;
      drop();
      open();
    },
    send(message) {
      if (is('ready')) wire?.send(message);
    },
    ping: () => wire?.probe(),
    terminate: () => wire && closed(4499),
    refuse: () => is('ready') && closed(4403),
  };

  function is(status: ConnectionState['status']): boolean {
    return state.get().status === status;
  }

  /** The present connection has begun without a token; there may be one now. */
  async function signIn(): Promise<void> {
    const mine = wire;
    try {
      if ((await session.token()) === null || mine !== wire) return;
      drop();
      open();
    } catch (error) {
      if (mine === wire) closed('token', error);
    }
  }

  function disconnect(): void {
    needs.delete(pin);
    halt({ status: 'closed' });
  }

  function open(): void {
    nextStep();
    const mine = {};
    attempt = mine;
    missing.show({ status: 'connecting' });
    session.init().then(
      (init) => {
        if (mine !== attempt) return;
        if (init) openWith(init);
        else signOut('no-token');
      },
      (error) => mine === attempt && closed('token', error),
    );
  }

  function openWith(init: object): void {
    try {
      wire = openWire(base, { init, acknowledged, received: operations.received, closed });
    } catch (cause) {
      fail((cause as Error).message);
    }
  }

  function acknowledged(payload: Acknowledgement): void {
    const mine = wire;
    attempts.acknowledged(payload.reconnectWithinMs);
    refusals = 0;
    missing.end();
    if (logged) base.log({ level: 'info', what: 'connected' });
    logged = '';
    session.acknowledged(payload);
    // A listener of the session may have given up the connection, such as by signing out.
    if (mine !== wire) return;
    state.set({ status: 'ready' });
    if (is('ready')) operations.ready();
  }

  /** Decides by the close code what happens next. An unknown code counts as temporary. */
  function closed(reason: CloseReason, details?: unknown): void {
    const wasReady = is('ready');
    const why = `${reason ?? 'unknown'}`;
    if (reason === 1009) operations.tooLarge(wire?.largest());
    drop();
    const known = logged;
    logged = `${why} ${String(details)}`;
    if (logged !== known)
      base.log({ level: 'warn', what: reason === 'token' ? reason : 'closed', why, error: details });
    if (reason === 'broken') fault({ code: 'BROKEN_FRAME', message: String(details) });
    if (reason === 1009 || isOurFault(reason)) fault({ code: 'CLOSED', message: why });
    const next = attempts.after(reason, wasReady);
    if (next === 'refused') void refused(wasReady);
    else if (next === 'failed') fail(`Closed with ${why}; update parley-client.`);
    else wait(next, why);
  }

  async function refused(wasReady: boolean): Promise<void> {
    const mine = attempt;
    missing.show({ status: 'connecting' });
    refusals += 1;
    let hasAnother = false;
    try {
      hasAnother = (wasReady || refusals < 2) && (await session.refused());
    } catch (error) {
      refusals -= 1;
      if (mine === attempt) closed('token', error);
      return;
    }
    if (mine !== attempt) return;
    if (!hasAnother) signOut('refused');
    else if (attempts.failures > 0) wait(attempts.backOff(), '4403');
    else {
      // Not counted as a failure, but whoever is refused again and again comes back more and more slowly.
      if (wasReady) attempts.failures = 1;
      open();
    }
  }

  function signOut(why: EndReason): void {
    ending = why;
    disconnect();
    endSession();
  }

  /** After the halt, but before a listener of it connects anew: nobody connects in a session that is about to end. */
  function endSession(): void {
    const why = ending;
    ending = undefined;
    if (why) session.end(why);
  }

  function wait(ms: number, why: string): void {
    missing.show({ status: 'waiting', retryAt: clock.now() + ms, why });
    nextStep();
    if (ms < Number.POSITIVE_INFINITY) nextStep(ms, open);
    stopIfUnneeded();
  }

  function woke(why?: 'online'): void {
    attempts.isOffline = false;
    if (is('ready')) {
      wire?.probe();
      session.check();
    } else if (is('waiting')) {
      attempts.failures = 0;
      if (why) nextStep(random() * onlineWithinMs, open);
      else open();
    }
  }

  function sleep(): void {
    if (!is('ready') && !is('connecting') && !is('waiting')) return;
    attempt = {};
    drop();
    wait(Number.POSITIVE_INFINITY, 'asleep');
  }

  function wentOffline(): void {
    attempts.isOffline = true;
    if (is('ready')) wire?.probe();
    else if (is('waiting')) wait(offlineEveryMs, 'offline');
  }

  function stopIfUnneeded(): void {
    if (needs.size === 0) stopAlarm(stopAfterMs, () => halt({ status: 'idle' }));
  }

  function fail(message: string): void {
    halt({ status: 'failed', why: new ParleyError({ code: 'BAD_REQUEST', message }) });
  }

  /** Ends whatever is under way, and stays in a state. */
  function halt(next: ConnectionState): void {
    if (next.status === 'idle' && (is('closed') || is('failed'))) return;
    nextStep();
    stopAlarm();
    missing.end();
    attempt = {};
    drop();
    state.set(next);
  }

  /** Gives up the present socket, if there is one. */
  function drop(): void {
    const wasReady = is('ready');
    attempts.dropped();
    wire?.close();
    wire = undefined;
    session.disconnected();
    if (wasReady) operations.lost();
  }
}
