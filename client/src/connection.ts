import type { Message } from 'graphql-ws';
import type { Connection as ConnectionState, Fault, Wake, WebSocketConstructor } from './api.ts';
import { backoffMs } from './backoff.ts';
import type { Clock } from './clock.ts';
import { actionAfter, type CloseReason } from './close-codes.ts';
import { ParleyError } from './errors.ts';
import type { Acknowledgement } from './session.ts';
import { Value } from './store.ts';
import { Wire } from './wire.ts';

/** After so long a connection counts as good: failures are counted from zero again. */
const goodAfterMs = 10_000;
const stopAfterMs = 5_000;
const lostAfterMs = 5_000;
const offlineEveryMs = 30_000;
const onlineWithinMs = 250;
const restartWithinMs = 3_000;
/** Pages that nobody sees reconnect more slowly, as phoenix.js does since its pull request 5942. */
const hiddenFactor = 4;
const hiddenLeastMs = 5_000;
const failuresAfterOurFault = 4;
const mostOfOurFaults = 5;

export interface ConnectionOptions {
  readonly url: string;
  readonly webSocket: WebSocketConstructor;
  readonly clock: Clock;
  readonly random: () => number;
  readonly wake: Wake;
  readonly session: {
    init(): Promise<Record<string, unknown> | null>;
    acknowledged(payload: Acknowledgement): void;
    refused(): Promise<boolean>;
    disconnected(): void;
    end(why: 'refused'): void;
    forget(): void;
    check(): void;
  };
  /** Whether something waits to be sent: then a hidden page reconnects as fast as others. */
  readonly hasUnsent: () => boolean;
  readonly ready: () => void;
  readonly received: (message: Message) => void;
  readonly lost: () => void;
  /** The operation's request was larger than the server takes. */
  readonly tooLarge: (operationId: string | undefined) => void;
  readonly fault: (fault: Fault) => void;
}

/** The one connection: opened when something needs it, and again after each loss. */
export class Connection {
  readonly state = new Value<ConnectionState>({ status: 'idle' });
  readonly #options: ConnectionOptions;
  #wire: Wire | undefined;
  /** The attempt under way; what belongs to an earlier one is ignored. */
  #attempt = {};
  #needs = 0;
  #isPinned = false;
  #failures = 0;
  #ourFaults = 0;
  #refusals = 0;
  #isOffline = false;
  #restartWithinMs = restartWithinMs;
  #lostSince: number | undefined;
  #cancelStep = () => {};
  #cancelGood = () => {};
  #cancelStop = () => {};
  #cancelLost = () => {};
  readonly #unlisten: readonly (() => void)[];

  constructor(options: ConnectionOptions) {
    this.#options = options;
    const { wake } = options;
    this.#unlisten = [
      wake.onWake((why) => this.#woke(why)),
      wake.onSleep?.(() => this.#sleep()) ?? (() => {}),
      wake.onOffline?.(() => this.#wentOffline()) ?? (() => {}),
    ];
  }

  /** Keeps the connection open until the returned function is called. */
  need(): () => void {
    this.#needs += 1;
    this.#cancelStop();
    if (this.#status === 'idle') this.#connect();
    let isNeeded = true;
    return () => {
      if (!isNeeded) return;
      isNeeded = false;
      this.#needs -= 1;
      this.#stopIfUnneeded();
    };
  }

  /** Connects, also after `disconnect`, a sign-out or a failure, and stays connected until `disconnect`. */
  connect(): void {
    this.#isPinned = true;
    this.#cancelStop();
    if (this.#status === 'closed' || this.#status === 'failed') {
      this.#options.session.forget();
      this.#failures = this.#ourFaults = this.#refusals = 0;
    } else if (this.#status !== 'idle') return;
    this.#connect();
  }

  /** Disconnects until `connect` is called. */
  disconnect(): void {
    this.#isPinned = false;
    this.#halt({ status: 'closed' });
  }

  /** Takes another connection in place of the present one. */
  reconnect(): void {
    if (this.#status !== 'ready') return;
    this.#drop();
    this.#connect();
  }

  send(message: Message): void {
    if (this.#status === 'ready') this.#wire?.send(message);
  }

  ping(): void {
    this.#wire?.probe();
  }

  /** Treats the present connection as lost. */
  terminate(): void {
    if (this.#wire) this.#closed(4499);
  }

  /** Treats the token of the present connection as refused. */
  refuse(): void {
    if (this.#status === 'ready') this.#closed(4403);
  }

  dispose(): void {
    for (const unlisten of this.#unlisten) unlisten();
    this.disconnect();
    this.state.clear();
  }

  get #status(): ConnectionState['status'] {
    return this.state.get().status;
  }

  #connect(): void {
    this.#cancelStep();
    const attempt = {};
    this.#attempt = attempt;
    this.#noteLoss();
    this.state.set({ status: 'connecting', lost: this.#isLost });
    this.#options.session.init().then(
      (init) => {
        if (attempt !== this.#attempt) return;
        if (init) this.#open(init);
        else this.#halt({ status: 'closed' });
      },
      () => attempt === this.#attempt && this.#closed('token'),
    );
  }

  #open(init: Record<string, unknown>): void {
    const { url, webSocket, clock, wake, received } = this.#options;
    try {
      this.#wire = new Wire({
        url,
        webSocket,
        clock,
        init,
        isHidden: () => wake.isHidden?.() ?? false,
        acknowledged: (payload) => this.#acknowledged(payload),
        received,
        closed: (reason, details) => this.#closed(reason, details),
      });
    } catch (error) {
      this.#fail(new ParleyError({ code: 'NETWORK', message: String(error), retryable: false, cause: error }));
    }
  }

  #acknowledged(payload: Acknowledgement): void {
    const { clock, session, ready } = this.#options;
    const { reconnectWithinMs } = payload;
    this.#restartWithinMs = typeof reconnectWithinMs === 'number' ? reconnectWithinMs : restartWithinMs;
    this.#refusals = 0;
    this.#isOffline = false;
    this.#lostSince = undefined;
    this.#cancelLost();
    this.#cancelGood = clock.after(goodAfterMs, () => {
      this.#failures = this.#ourFaults = 0;
    });
    session.acknowledged(payload);
    this.state.set({ status: 'ready' });
    if (this.#status === 'ready') ready();
  }

  #closed(reason: CloseReason, details?: unknown): void {
    const { fault, tooLarge, random } = this.#options;
    const wasReady = this.#status === 'ready';
    const action = actionAfter(reason);
    const why = String(reason ?? 'unknown');
    if (action === 'too-large') tooLarge(this.#wire?.largest.id);
    this.#drop();
    this.#noteLoss();
    if (reason === 'broken') fault({ code: 'BROKEN_FRAME', message: String(details) });
    switch (action) {
      case 'refused':
        void this.#refused(wasReady);
        return;
      case 'unsupported':
        this.#fail(new ParleyError({ code: 'BAD_REQUEST', message: 'The server speaks another protocol.' }));
        return;
      case 'restarting':
        if (wasReady) this.#wait(random() * this.#restartWithinMs, why);
        else this.#backOff(why);
        return;
      case 'our-fault':
        fault({ code: 'CLOSED', message: `The server has closed the connection: ${why}` });
        this.#ourFaults += 1;
        this.#failures = Math.max(this.#failures, failuresAfterOurFault);
        if (this.#ourFaults < mostOfOurFaults) this.#backOff(why);
        else this.#fail(new ParleyError({ code: 'BAD_REQUEST', message: `The server refuses this client: ${why}` }));
        return;
      case 'too-large':
        fault({ code: 'CLOSED', message: 'A message was too large.' });
    }
    this.#backOff(why);
  }

  async #refused(wasReady: boolean): Promise<void> {
    const { session } = this.#options;
    const attempt = this.#attempt;
    this.state.set({ status: 'connecting', lost: this.#isLost });
    this.#refusals += 1;
    let hasAnother = false;
    try {
      hasAnother = (wasReady || this.#refusals < 2) && (await session.refused());
    } catch {
      this.#refusals -= 1;
      if (attempt === this.#attempt) this.#backOff('token');
      return;
    }
    if (attempt !== this.#attempt) return;
    if (!hasAnother) {
      session.end('refused');
      this.#halt({ status: 'closed' });
    } else if (this.#failures > 0) this.#backOff('4403');
    else {
      // Not counted as a failure, but whoever is refused again and again comes back more and more slowly.
      if (wasReady) this.#failures = 1;
      this.#connect();
    }
  }

  #backOff(why: string): void {
    const { random, wake, hasUnsent } = this.#options;
    const ms = backoffMs(this.#failures, random);
    this.#failures += 1;
    if (this.#isOffline) this.#wait(offlineEveryMs, why);
    else if (wake.isHidden?.() && !hasUnsent()) this.#wait(Math.max(hiddenLeastMs, hiddenFactor * ms), why);
    else this.#wait(ms, why);
  }

  #wait(ms: number, why: string): void {
    const { clock } = this.#options;
    this.#cancelStep();
    this.#noteLoss();
    this.state.set({ status: 'waiting', retryAt: clock.now() + ms, why, lost: this.#isLost });
    if (Number.isFinite(ms)) this.#cancelStep = clock.after(ms, () => this.#connect());
    this.#stopIfUnneeded();
  }

  #woke(why?: 'online'): void {
    const { clock, random, session } = this.#options;
    this.#isOffline = false;
    if (this.#status === 'ready') {
      this.#wire?.probe();
      session.check();
    } else if (this.#status === 'waiting') {
      this.#failures = 0;
      this.#cancelStep();
      if (why !== 'online') this.#connect();
      else this.#cancelStep = clock.after(random() * onlineWithinMs, () => this.#connect());
    }
  }

  #sleep(): void {
    if (this.#status !== 'ready' && this.#status !== 'connecting' && this.#status !== 'waiting') return;
    this.#drop();
    this.#wait(Number.POSITIVE_INFINITY, 'asleep');
  }

  #wentOffline(): void {
    this.#isOffline = true;
    if (this.#status === 'ready') this.#wire?.probe();
    else if (this.#status === 'waiting') this.#wait(offlineEveryMs, 'offline');
  }

  #stopIfUnneeded(): void {
    if (this.#needs > 0 || this.#isPinned) return;
    this.#cancelStop();
    this.#cancelStop = this.#options.clock.after(stopAfterMs, () => this.#halt({ status: 'idle' }));
  }

  #fail(why: ParleyError): void {
    this.#halt({ status: 'failed', why });
  }

  /** Ends whatever is under way, and stays in a state. */
  #halt(state: ConnectionState): void {
    const stays = this.#status === 'closed' || this.#status === 'failed';
    if (stays && state.status === 'idle') return;
    for (const cancel of [this.#cancelStep, this.#cancelStop, this.#cancelLost]) cancel();
    this.#lostSince = undefined;
    this.#attempt = {};
    this.#drop();
    this.state.set(state);
  }

  /** Gives up the present socket, if there is one. */
  #drop(): void {
    const { session, lost } = this.#options;
    const wasReady = this.#status === 'ready';
    this.#cancelGood();
    this.#wire?.close();
    this.#wire = undefined;
    session.disconnected();
    if (wasReady) lost();
  }

  get #isLost(): boolean {
    return this.#lostSince !== undefined && this.#options.clock.now() - this.#lostSince >= lostAfterMs;
  }

  /** Remembers since when there is no connection, and says so in the state after a while. */
  #noteLoss(): void {
    if (this.#lostSince !== undefined) return;
    const { clock } = this.#options;
    this.#lostSince = clock.now();
    this.#cancelLost = clock.after(lostAfterMs, () => {
      const state = this.state.get();
      if (state.status === 'connecting' || state.status === 'waiting') this.state.set({ ...state, lost: true });
    });
  }
}
