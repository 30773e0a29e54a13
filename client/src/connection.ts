import type { Connection as ConnectionState } from './api.ts';
import { backoffMs } from './backoff.ts';
import { createAlarm, waitOf } from './clock.ts';
import type { Base } from './core.ts';
import { type ErrorCode, ParleyError } from './errors.ts';
import type { Answer, ClientMessage } from './messages.ts';
import type { Acknowledgement, Session } from './session.ts';
import { type Store, Value } from './store.ts';
import { type CloseReason, openWire, type Wire } from './wire.ts';

/** After so long a connection counts as good: failures are counted from zero again. */
const goodAfterMs = 10_000;
const stopAfterMs = 5_000;
const lostAfterMs = 5_000;
const offlineEveryMs = 30_000;
const onlineWithinMs = 250;
const usualRestartWithinMs = 3_000;
const mostRestartWithinMs = 600_000;
/** Pages that nobody sees reconnect more slowly, as phoenix.js does since its pull request 5942. */
const hiddenFactor = 4;
const hiddenLeastMs = 5_000;
const failuresAfterOurFault = 4;
const mostOfOurFaults = 5;
/** Only a fault of this package makes the server close with one of these. */
const ourFaultCodes = new Set<CloseReason>([4400, 4401, 4409, 4429]);

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
  /** Connects, also after `disconnect`, a sign-out or a failure, and stays connected until `disconnect`. */
  readonly connect: () => void;
  /** Disconnects until `connect` is called. */
  readonly disconnect: () => void;
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
  const goodAlarm = createAlarm(clock);
  const stopAlarm = createAlarm(clock);
  const lostAlarm = createAlarm(clock);
  /** Who needs the connection; `connect` does under this name. */
  const needs = new Set<unknown>();
  const pin = 'connect';
  let wire: Wire | undefined;
  /** The attempt under way; what belongs to an earlier one is ignored. */
  let attempt = {};
  let failures = 0;
  let ourFaults = 0;
  let refusals = 0;
  /** How often the server has sent the client to another one, since a connection was good. */
  let restarts = 0;
  let isOffline = false;
  let isMissing = false;
  let isLost = false;
  let restartWithinMs = usualRestartWithinMs;

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
      needs.add(pin);
      stopAlarm();
      const isHalted = is('closed') || is('failed');
      if (isHalted) {
        session.forget();
        failures = ourFaults = refusals = 0;
      }
      if (isHalted || is('idle')) open();
    },
    disconnect,
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

  function disconnect(): void {
    needs.delete(pin);
    halt({ status: 'closed' });
  }

  function open(): void {
    nextStep();
    const mine = {};
    attempt = mine;
    show({ status: 'connecting' });
    session.init().then(
      (init) => {
        if (mine !== attempt) return;
        if (init) openWith(init);
        else halt({ status: 'closed' });
      },
      () => mine === attempt && closed('token'),
    );
  }

  function openWith(init: object): void {
    try {
      wire = openWire(base, { init, acknowledged, received: operations.received, closed });
    } catch (cause) {
      fail('NETWORK', String(cause));
    }
  }

  function acknowledged(payload: Acknowledgement): void {
    restartWithinMs = waitOf(payload.reconnectWithinMs, mostRestartWithinMs) ?? usualRestartWithinMs;
    refusals = 0;
    isOffline = isMissing = isLost = false;
    lostAlarm();
    goodAlarm(goodAfterMs, () => {
      failures = ourFaults = restarts = 0;
    });
    session.acknowledged(payload);
    state.set({ status: 'ready' });
    if (is('ready')) operations.ready();
  }

  /** What follows a close, by its code. Whatever is not known may pass by itself. */
  function closed(reason: CloseReason, details?: unknown): void {
    const wasReady = is('ready');
    const why = `${reason ?? 'unknown'}`;
    if (reason === 1009) operations.tooLarge(wire?.largest());
    drop();
    if (reason === 'broken') fault({ code: 'BROKEN_FRAME', message: String(details) });
    if (reason === 1009 || ourFaultCodes.has(reason)) fault({ code: 'CLOSED', message: why });
    if (ourFaultCodes.has(reason)) {
      failures = Math.max(failures, failuresAfterOurFault);
      ourFaults += 1;
    }
    if (reason === 4403) void refused(wasReady);
    else if (reason === 4406 || ourFaults === mostOfOurFaults) fail('BAD_REQUEST', why);
    else if (wasReady && (reason === 1001 || reason === 1012)) restarted(why);
    else backOff(why);
  }

  /** Comes back in the time that the server has given, but not again and again without a pause. */
  function restarted(why: string): void {
    const least = restarts > 0 ? backoffMs(restarts - 1, random) : 0;
    restarts += 1;
    wait(Math.max(random() * restartWithinMs, least), why);
  }

  async function refused(wasReady: boolean): Promise<void> {
    const mine = attempt;
    show({ status: 'connecting' });
    refusals += 1;
    let hasAnother = false;
    try {
      hasAnother = (wasReady || refusals < 2) && (await session.refused());
    } catch {
      refusals -= 1;
      if (mine === attempt) backOff('token');
      return;
    }
    if (mine !== attempt) return;
    if (!hasAnother) {
      session.end('refused');
      halt({ status: 'closed' });
    } else if (failures > 0) backOff('4403');
    else {
      // Not counted as a failure, but whoever is refused again and again comes back more and more slowly.
      if (wasReady) failures = 1;
      open();
    }
  }

  function backOff(why: string): void {
    const ms = backoffMs(failures, random);
    failures += 1;
    if (isOffline) wait(offlineEveryMs, why);
    else if (wake.isHidden?.() && !hasUnsent()) wait(Math.max(hiddenLeastMs, hiddenFactor * ms), why);
    else wait(ms, why);
  }

  function wait(ms: number, why: string): void {
    show({ status: 'waiting', retryAt: clock.now() + ms, why });
    nextStep();
    if (ms < Number.POSITIVE_INFINITY) nextStep(ms, open);
    stopIfUnneeded();
  }

  function woke(why?: 'online'): void {
    isOffline = false;
    if (is('ready')) {
      wire?.probe();
      session.check();
    } else if (is('waiting')) {
      failures = 0;
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
    isOffline = true;
    if (is('ready')) wire?.probe();
    else if (is('waiting')) wait(offlineEveryMs, 'offline');
  }

  function stopIfUnneeded(): void {
    if (needs.size === 0) stopAlarm(stopAfterMs, () => halt({ status: 'idle' }));
  }

  function fail(code: ErrorCode, message: string): void {
    halt({ status: 'failed', why: new ParleyError({ code, message, retryable: false }) });
  }

  /** Ends whatever is under way, and stays in a state. */
  function halt(next: ConnectionState): void {
    if (next.status === 'idle' && (is('closed') || is('failed'))) return;
    for (const alarm of [nextStep, stopAlarm, lostAlarm]) alarm();
    isMissing = isLost = false;
    attempt = {};
    drop();
    state.set(next);
  }

  /** Gives up the present socket, if there is one. */
  function drop(): void {
    const wasReady = is('ready');
    goodAlarm();
    wire?.close();
    wire = undefined;
    session.disconnected();
    if (wasReady) operations.lost();
  }

  /** Shows that there is no connection, and after a while that it is lost. */
  function show(next: { status: 'connecting' } | { status: 'waiting'; retryAt: number; why: string }): void {
    if (!isMissing) {
      isMissing = true;
      lostAlarm(lostAfterMs, () => {
        isLost = true;
        const present = state.get();
        if ('lost' in present) state.set({ ...present, lost: true });
      });
    }
    state.set({ ...next, lost: isLost });
  }
}
