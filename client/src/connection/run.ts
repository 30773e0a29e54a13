import type { FormattedExecutionResult } from 'graphql-ws';
import { goodAfterMs, leastRepeatMs, repeatMs } from '../base/backoff.ts';
import { createAlarm } from '../base/clock.ts';
import type { Base, Operation, Running } from '../base/core.ts';
import { errorOf, ParleyError } from '../base/errors.ts';
import { guard } from '../base/guard.ts';
import type { Answer, ClientMessage } from './wire-messages.ts';

/** A stream of a room's log without a frame for so long is subscribed again: heartbeats come more often. */
export const silentAfterMs = 35_000;

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

/** One operation under way, over all connections. */
export interface Run extends Running {
  /** Returns the id of the present attempt on the server. Each has its own, so that late answers find nothing. */
  readonly id: () => string | undefined;
  /** It is new, or a connection is there: it is sent. */
  readonly ready: () => void;
  /** The connection is lost. */
  readonly lost: () => void;
  readonly received: (answer: Answer) => void;
  /** Ends it with this error. */
  readonly fail: (error: ParleyError) => void;
}

export interface RunOptions {
  readonly link: Link;
  readonly newId: () => string;
  /** It is over. */
  readonly forget: () => void;
}

/** Returns a run that waits for its first `ready`. */
export function createRun(
  { clock, listenerFailed }: Base,
  operation: Operation,
  { link, newId, forget }: RunOptions,
): Run {
  const { mode = 'stream', silentAfterMs } = operation;
  const isStream = mode === 'stream';
  const unneeded = link.need();
  /** Sends it again: after a failure, or after silence. */
  const alarm = createAlarm(clock);
  const call = <Value>(listener: () => Value) => guard(listener, listenerFailed);
  let id: string | undefined;
  let isOver = false;
  let isPaused = operation.startsPaused;
  let hasResult = false;
  /** How often the server has completed it since the last result or connection. */
  let completions = 0;
  /** How often it was repeated, each time soon after the last one. Results in between do not count. */
  let failures = 0;
  let repeatedAt = 0;
  /** A last frame that is not believed yet: it also arrives when only the token ends. */
  let last: FormattedExecutionResult | undefined;

  return {
    end: () => void stop(true),
    pause,
    resume() {
      isPaused = false;
      restart();
    },
    id: () => id,
    ready() {
      completions = 0;
      start();
    },
    lost() {
      // A stream that is about to be sent again, such as after the end of a token, has missed something too.
      if (isOver || (!id && (!isStream || isPaused))) return;
      if (id) detach(false);
      if (isStream || (mode === 'query' && !hasResult)) call(() => operation.lost?.());
      else
        end(
          hasResult ? undefined : new ParleyError({ code: 'NETWORK', message: 'Connection lost before the answer.' }),
        );
    },
    received({ type, ...answer }) {
      const { payload } = answer as { payload?: unknown };
      const result = payload as FormattedExecutionResult;
      // The server refuses a subscription by a result without data.
      const isRefused = type === 'next' && isStream && !result.data && result.errors;
      if (type === 'next' && !isRefused) next(result);
      else {
        detach(type === 'next');
        if (type === 'complete') completed();
        else failed(errorOf(isRefused || payload));
      }
    },
    fail: end,
  };

  function start(): void {
    if (isOver || isPaused || id || !link.isReady()) return;
    id = newId();
    listen();
    try {
      link.send({ id, type: 'subscribe', payload: operation.payload() });
    } catch (cause) {
      end(new ParleyError({ code: 'BAD_REQUEST', message: String(cause), cause })); // JSON cannot hold it
    }
  }

  function pause(): void {
    detach(true);
    isPaused = true;
  }

  function restart(): void {
    detach(true);
    start();
  }

  function next(result: FormattedExecutionResult): void {
    listen();
    hasResult = true;
    last = isStream && frameOf(result)?.status === 'ENDED' ? result : undefined;
    if (last) return;
    completions = 0;
    call(() => operation.next(result));
  }

  function failed(error: ParleyError): void {
    const { code, retryAfterMs } = error;
    if (!isStream) end(error);
    else if (code === 'INTERNAL' || code === 'RATE_LIMITED') repeat(retryAfterMs);
    else if (code === 'UNAUTHENTICATED' && link.isSignedIn()) link.refuse();
    else if (last) believe();
    else {
      // Paused before it is asked: whoever is asked may resume at once.
      pause();
      if (call(() => operation.failed?.(error)) !== 'pause') end(error);
    }
  }

  /**
   * `complete` and ENDED are not final: the server also sends them if only the token has ended, or if it cannot go on at
   * the moment. The client subscribes again, and believes a refusal or a second completion.
   */
  function completed(): void {
    const most = last ? 2 : silentAfterMs ? Number.POSITIVE_INFINITY : 1;
    if (!isStream || completions === most) believe();
    else repeat(last && completions === 0 ? 0 : repeatCompletedMs);
    completions += 1;
  }

  /** Hands over what was held back, and ends. */
  function believe(): void {
    const result = last;
    if (result) call(() => operation.next(result));
    end();
  }

  function repeat(ms?: number): void {
    if (clock.now() - repeatedAt > goodAfterMs) failures = 0;
    alarm(Math.max(ms ?? repeatMs(failures), leastRepeatMs(failures)), () => {
      repeatedAt = clock.now();
      start();
    });
    failures += 1;
  }

  function listen(): void {
    alarm();
    if (silentAfterMs) alarm(silentAfterMs, restart);
  }

  /** Ends the present attempt. */
  function detach(tellServer: boolean): void {
    const ended = id;
    alarm();
    id = undefined;
    if (ended && tellServer) link.send({ id: ended, type: 'complete' });
  }

  function stop(tellServer: boolean): boolean {
    if (isOver) return false;
    isOver = true;
    detach(tellServer);
    forget();
    unneeded();
    return true;
  }

  function end(error?: ParleyError): void {
    if (stop(false)) call(() => operation.ended?.(error));
  }
}

/** Returns the only field of a result, if it is an object. */
export function frameOf({ data }: FormattedExecutionResult): Readonly<Record<string, unknown>> | undefined {
  const frame: unknown = Object.values(data ?? {})[0];
  return typeof frame === 'object' && frame !== null ? { ...frame } : undefined;
}
