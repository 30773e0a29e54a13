import { type FormattedExecutionResult, type Message, MessageType } from 'graphql-ws';
import type { Fault } from './api.ts';
import type { Clock } from './clock.ts';
import type { Operation, Running } from './core.ts';
import { errorOf, ParleyError } from './errors.ts';

const firstRetryMs = 1_000;
const mostRetryMs = 20_000;

export interface OperationsOptions {
  readonly clock: Clock;
  readonly isReady: () => boolean;
  readonly isSignedIn: () => boolean;
  readonly send: (message: Message) => void;
  readonly need: () => () => void;
  /** The server says that the token is no longer good. */
  readonly refuse: () => void;
  readonly fault: (fault: Fault) => void;
}

interface Entry {
  readonly operation: Operation;
  readonly unneeded: () => void;
  /** The id of the present attempt on the server. Each attempt has its own, so that late answers find nothing. */
  id: string | undefined;
  isPaused: boolean;
  hasResult: boolean;
  retries: number;
  hasCompleted: boolean;
  /** A last frame that is not believed yet: it also arrives when only the token ends. */
  ended: FormattedExecutionResult | undefined;
  cancelRetry: () => void;
  cancelSilence: () => void;
}

/** All operations under way, over all connections. */
export class Operations {
  readonly #options: OperationsOptions;
  readonly #entries = new Set<Entry>();
  readonly #byId = new Map<string, Entry>();
  #lastId = 0;

  constructor(options: OperationsOptions) {
    this.#options = options;
  }

  run(operation: Operation): Running {
    const entry: Entry = {
      operation,
      unneeded: this.#options.need(),
      id: undefined,
      isPaused: operation.startsPaused ?? false,
      hasResult: false,
      retries: 0,
      hasCompleted: false,
      ended: undefined,
      cancelRetry: () => {},
      cancelSilence: () => {},
    };
    this.#entries.add(entry);
    this.#start(entry);
    return {
      end: () => this.#stop(entry, true),
      pause: () => this.#pause(entry),
      resume: () => {
        entry.isPaused = false;
        this.#restart(entry);
      },
    };
  }

  /** A connection is there: everything is sent. */
  ready(): void {
    for (const entry of [...this.#entries]) {
      entry.hasCompleted = false;
      this.#start(entry);
    }
  }

  /** The connection is lost. */
  lost(): void {
    for (const entry of [...this.#entries]) {
      if (entry.id === undefined) continue;
      this.#detach(entry, false);
      const { mode } = entry.operation;
      if (isStream(entry) || (mode === 'query' && !entry.hasResult)) this.#call(() => entry.operation.lost?.());
      else this.#end(entry, entry.hasResult ? undefined : new ParleyError({ code: 'NETWORK' }));
    }
  }

  /** The server takes no request of this size. */
  tooLarge(id: string | undefined): void {
    const entry = this.#byId.get(id ?? '');
    if (entry) this.#end(entry, new ParleyError({ code: 'PAYLOAD_TOO_LARGE' }));
  }

  received(message: Message): void {
    const entry = 'id' in message ? this.#byId.get(message.id) : undefined;
    if (!entry) return;
    const { type, payload } = message as { type: MessageType; payload?: FormattedExecutionResult };
    if (type === MessageType.Next && isStream(entry) && !payload?.data && payload?.errors) {
      // The server refuses a subscription by a result without data.
      this.#detach(entry, true);
      this.#failed(entry, errorOf(payload.errors));
    } else if (message.type === MessageType.Next) this.#next(entry, message.payload);
    else {
      this.#detach(entry, false);
      if (message.type === MessageType.Error) this.#failed(entry, errorOf(message.payload));
      else if (message.type === MessageType.Complete) this.#completed(entry);
    }
  }

  /** Ends everything with this error. */
  dispose(why: ParleyError): void {
    for (const entry of [...this.#entries]) this.#end(entry, why);
  }

  #start(entry: Entry): void {
    entry.cancelRetry();
    if (!this.#entries.has(entry) || entry.isPaused || entry.id !== undefined || !this.#options.isReady()) return;
    this.#lastId += 1;
    const id = String(this.#lastId);
    entry.id = id;
    this.#byId.set(id, entry);
    this.#listen(entry);
    this.#options.send({ id, type: MessageType.Subscribe, payload: entry.operation.payload() });
  }

  #pause(entry: Entry): void {
    this.#detach(entry, true);
    entry.isPaused = true;
  }

  #restart(entry: Entry): void {
    this.#detach(entry, true);
    this.#start(entry);
  }

  #next(entry: Entry, result: FormattedExecutionResult): void {
    this.#listen(entry);
    entry.retries = 0;
    entry.hasResult = true;
    if (isStream(entry) && frameOf(result)?.status === 'ENDED') entry.ended = result;
    else {
      entry.ended = undefined;
      this.#call(() => entry.operation.next(result));
    }
  }

  #failed(entry: Entry, error: ParleyError): void {
    const { operation } = entry;
    const { isSignedIn, refuse } = this.#options;
    if (!isStream(entry)) this.#end(entry, error);
    else if (error.code === 'INTERNAL' || error.code === 'RATE_LIMITED') this.#retry(entry, error.retryAfterMs);
    else if (error.code === 'UNAUTHENTICATED' && isSignedIn()) refuse();
    else if (entry.ended) this.#believe(entry);
    else {
      // Paused before it is asked: whoever is asked may resume at once.
      this.#pause(entry);
      if (this.#call(() => operation.failed?.(error)) !== 'pause') this.#end(entry, error);
    }
  }

  #completed(entry: Entry): void {
    if (!isStream(entry) || entry.hasCompleted) this.#believe(entry);
    else {
      // Asked once more: the server also completes what it cannot continue at the moment.
      entry.hasCompleted = true;
      this.#retry(entry, entry.ended ? 0 : firstRetryMs);
    }
  }

  /** Hands over what was held back, and ends. */
  #believe(entry: Entry): void {
    const { operation, ended } = entry;
    if (ended) this.#call(() => operation.next(ended));
    this.#end(entry);
  }

  #retry(entry: Entry, ms = Math.min(mostRetryMs, firstRetryMs * 2 ** entry.retries)): void {
    entry.retries += 1;
    entry.cancelRetry = this.#options.clock.after(ms, () => this.#start(entry));
  }

  #listen(entry: Entry): void {
    const { silentAfterMs } = entry.operation;
    entry.cancelSilence();
    if (silentAfterMs) entry.cancelSilence = this.#options.clock.after(silentAfterMs, () => this.#restart(entry));
  }

  /** Ends the present attempt. */
  #detach(entry: Entry, tellServer: boolean): void {
    entry.cancelRetry();
    entry.cancelSilence();
    const { id } = entry;
    if (id === undefined) return;
    entry.id = undefined;
    this.#byId.delete(id);
    if (tellServer) this.#options.send({ id, type: MessageType.Complete });
  }

  #stop(entry: Entry, tellServer: boolean): boolean {
    if (!this.#entries.delete(entry)) return false;
    this.#detach(entry, tellServer);
    entry.unneeded();
    return true;
  }

  #end(entry: Entry, error?: ParleyError): void {
    if (this.#stop(entry, false)) this.#call(() => entry.operation.ended(error));
  }

  /** Calls a listener, whose own errors must not break the connection. */
  #call<Result>(listener: () => Result): Result | undefined {
    try {
      return listener();
    } catch (error) {
      this.#options.fault({ code: 'LISTENER', message: String(error), error });
      return;
    }
  }
}

function isStream({ operation: { mode } }: Entry): boolean {
  return mode === undefined || mode === 'stream';
}

/** Returns the only field of a result, if it is an object. */
export function frameOf({ data }: FormattedExecutionResult): Readonly<Record<string, unknown>> | undefined {
  const frame: unknown = Object.values(data ?? {})[0];
  return typeof frame === 'object' && frame !== null ? { ...frame } : undefined;
}
