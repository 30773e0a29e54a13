import type { FormattedExecutionResult, SubscribePayload } from 'graphql-ws';
import type { Connection, Document, Fault, LogEntry, ParleyOptions, RequestOptions, Session, Wake } from './api.ts';
import type { ParleyError } from './errors.ts';
import type { Store } from './store.ts';

/** Times and timers; tests give their own. */
export interface Clock {
  now(): number;
  /** Calls `work` after `ms` milliseconds, unless the returned function is called before. */
  after(ms: number, work: () => void): () => void;
}

/** What rooms, outbox, presence and unread counts use of the connection. */
export interface Core {
  readonly options: ParleyOptions;
  readonly clock: Clock;
  readonly random: () => number;
  readonly wake: Wake;
  readonly connection: Store<Connection>;
  readonly session: Store<Session>;
  /** The server's time minus the local one, in milliseconds; 0 until it is known. */
  readonly serverAhead: () => number;
  /** Aborted when the client is disposed. */
  readonly ended: AbortSignal;
  /** Starts an operation that runs over all connections until it ends. */
  run(operation: Operation): Running;
  /** Executes a query or mutation over the WebSocket, on one connection. Rejects with `NETWORK` if that is lost. */
  execute<D, V>(document: Document<D, V>, variables: V, options?: ExecuteOptions): Promise<D>;
  /** Executes a query or mutation over HTTP. */
  request<D, V>(document: Document<D, V>, variables: V, options?: RequestOptions): Promise<D>;
  /** Keeps the connection open until the returned function is called. Operations under way do so by themselves. */
  need(): () => void;
  /** Finds out whether the connection is alive; if not, it is dropped and `connection` says so. */
  ping(): void;
  fault(fault: Fault): void;
  log(entry: LogEntry): void;
}

export interface ExecuteOptions extends RequestOptions {
  /** Rejects with `TIMEOUT` after so many milliseconds on a ready connection. */
  readonly timeoutMs?: number;
}

/** An operation that is sent again on each new connection. */
export interface Operation {
  /** Makes the request of this attempt: with the newest cursor. */
  payload(): SubscribePayload;
  /** A result. One with `errors` and without `data` may also arrive here. */
  next(result: FormattedExecutionResult): void;
  /** Decides what to do about an error that ends the operation on the server; `resume` unless it is left out. */
  failed?(error: ParleyError): Verdict;
  /** The server has completed it: `end` believes it. Asked for each `complete`; without it, one is believed. */
  completed?(): Verdict;
  /** The connection is lost; the operation goes on with the next one. */
  lost?(): void;
  /** It has ended, with an error or without: the last call. Not called after `Running.end()`. */
  ended(error?: ParleyError): void;
}

/** `end` the operation, `resume` it after this pause, or leave it `paused` until `Running.resume()`. */
export type Verdict = 'end' | 'paused' | { readonly resumeAfterMs: number };

export interface Running {
  /** Ends it on the server too. */
  end(): void;
  /** Sends it again with a new payload: ends the present attempt first, if there is one. */
  resume(): void;
}
