import type { FormattedExecutionResult } from 'graphql-ws';
import { repeatMs } from './backoff.ts';
import { type Alarm, createAlarm } from './clock.ts';
import type { Base, Operation, Running } from './core.ts';
import { errorOf, ParleyError } from './errors.ts';
import type { Answer, ClientMessage } from './messages.ts';

const repeatCompletedMs = 1_000;

/** What operations use of the connection. */
export interface Link {
  readonly isReady: () => boolean;
  readonly isSignedIn: () => boolean;
  readonly send: (message: ClientMessage) => void;
  readonly need: () => () => void;
  /** The server says that the token is no longer good. */
  readonly refuse: () => void;
}

interface Entry {
  readonly operation: Operation;
  readonly unneeded: () => void;
  /** The id of the present attempt on the server. Each attempt has its own, so that late answers find nothing. */
  id?: string | undefined;
  isPaused: boolean;
  hasResult: boolean;
  failures: number;
  hasCompleted: boolean;
  /** A last frame that is not believed yet: it also arrives when only the token ends. */
  last?: FormattedExecutionResult | undefined;
  /** Sends it again: after a failure, or after silence. */
  readonly alarm: Alarm;
}

/** All operations under way, over all connections. */
export interface Operations {
  readonly run: (operation: Operation) => Running;
  /** A connection is there: everything is sent. */
  readonly ready: () => void;
  /** The connection is lost. */
  readonly lost: () => void;
  /** The server takes no request of this size. */
  readonly tooLarge: (id: string | undefined) => void;
  readonly received: (answer: Answer) => void;
  /** Ends everything. */
  readonly dispose: () => void;
}

export function createOperations({ clock, ended, listenerFailed }: Base, link: Link): Operations {
  const entries = new Set<Entry>();
  let lastId = 0;

  return {
    run(operation) {
      if (ended.aborted) throw new ParleyError({ code: 'DISPOSED' });
      const entry: Entry = {
        operation,
        unneeded: link.need(),
        isPaused: operation.startsPaused ?? false,
        hasResult: false,
        failures: 0,
        hasCompleted: false,
        alarm: createAlarm(clock),
      };
      entries.add(entry);
      start(entry);
      return {
        end: () => void forget(entry, true),
        pause: () => pause(entry),
        resume() {
          entry.isPaused = false;
          restart(entry);
        },
      };
    },
    ready() {
      for (const entry of [...entries]) {
        entry.hasCompleted = false;
        start(entry);
      }
    },
    lost() {
      for (const entry of [...entries]) {
        if (entry.id === undefined) continue;
        detach(entry, false);
        const { operation, hasResult } = entry;
        if (isStream(entry) || (operation.mode === 'query' && !hasResult)) call(() => operation.lost?.());
        else end(entry, hasResult ? undefined : new ParleyError({ code: 'NETWORK' }));
      }
    },
    tooLarge(id) {
      const entry = find(id);
      if (entry) end(entry, new ParleyError({ code: 'PAYLOAD_TOO_LARGE' }));
    },
    received(answer) {
      const entry = find(answer.id);
      if (!entry) return;
      const { type, payload } = answer as { type: string; payload?: unknown };
      const { data, errors } = (type === 'next' ? payload : {}) as FormattedExecutionResult;
      // The server refuses a subscription by a result without data.
      const isRefused = isStream(entry) && !data && errors;
      if (type === 'next' && !isRefused) next(entry, payload as FormattedExecutionResult);
      else {
        detach(entry, type === 'next');
        if (type === 'complete') completed(entry);
        else failed(entry, errorOf(isRefused || payload));
      }
    },
    dispose() {
      for (const entry of [...entries]) end(entry, new ParleyError({ code: 'DISPOSED' }));
    },
  };

  function find(id: string | undefined): Entry | undefined {
    for (const entry of entries) if (id && entry.id === id) return entry;
    return;
  }

  function start(entry: Entry): void {
    if (!entries.has(entry) || entry.isPaused || entry.id || !link.isReady()) return;
    lastId += 1;
    const id = `${lastId}`;
    entry.id = id;
    listen(entry);
    link.send({ id, type: 'subscribe', payload: entry.operation.payload() });
  }

  function pause(entry: Entry): void {
    detach(entry, true);
    entry.isPaused = true;
  }

  function restart(entry: Entry): void {
    detach(entry, true);
    start(entry);
  }

  function next(entry: Entry, result: FormattedExecutionResult): void {
    listen(entry);
    entry.failures = 0;
    entry.hasResult = true;
    entry.last = isStream(entry) && frameOf(result)?.status === 'ENDED' ? result : undefined;
    if (!entry.last) call(() => entry.operation.next(result));
  }

  function failed(entry: Entry, error: ParleyError): void {
    const { code, retryAfterMs } = error;
    if (!isStream(entry)) end(entry, error);
    else if (code === 'INTERNAL' || code === 'RATE_LIMITED') repeat(entry, retryAfterMs);
    else if (code === 'UNAUTHENTICATED' && link.isSignedIn()) link.refuse();
    else if (entry.last) believe(entry);
    else {
      // Paused before it is asked: whoever is asked may resume at once.
      pause(entry);
      if (call(() => entry.operation.failed?.(error)) !== 'pause') end(entry, error);
    }
  }

  function completed(entry: Entry): void {
    if (!isStream(entry) || entry.hasCompleted) believe(entry);
    else {
      // Asked once more: the server also completes what it cannot continue at the moment.
      entry.hasCompleted = true;
      repeat(entry, entry.last ? 0 : repeatCompletedMs);
    }
  }

  /** Hands over what was held back, and ends. */
  function believe(entry: Entry): void {
    const { operation, last } = entry;
    if (last) call(() => operation.next(last));
    end(entry);
  }

  function repeat(entry: Entry, ms = repeatMs(entry.failures)): void {
    entry.failures += 1;
    entry.alarm(ms, () => start(entry));
  }

  function listen(entry: Entry): void {
    const { silentAfterMs } = entry.operation;
    entry.alarm();
    if (silentAfterMs) entry.alarm(silentAfterMs, () => restart(entry));
  }

  /** Ends the present attempt. */
  function detach(entry: Entry, tellServer: boolean): void {
    const { id } = entry;
    entry.alarm();
    entry.id = undefined;
    if (id && tellServer) link.send({ id, type: 'complete' });
  }

  function forget(entry: Entry, tellServer: boolean): boolean {
    if (!entries.delete(entry)) return false;
    detach(entry, tellServer);
    entry.unneeded();
    return true;
  }

  function end(entry: Entry, error?: ParleyError): void {
    if (forget(entry, false)) call(() => entry.operation.ended?.(error));
  }

  /** Calls a listener, whose own errors must not break the connection. */
  function call<Result>(listener: () => Result): Result | undefined {
    try {
      return listener();
    } catch (error) {
      listenerFailed(error);
      return;
    }
  }
}

function isStream({ operation: { mode = 'stream' } }: Entry): boolean {
  return mode === 'stream';
}

/** Returns the only field of a result, if it is an object. */
export function frameOf({ data }: FormattedExecutionResult): Readonly<Record<string, unknown>> | undefined {
  const frame: unknown = Object.values(data ?? {})[0];
  return typeof frame === 'object' && frame !== null ? { ...frame } : undefined;
}
