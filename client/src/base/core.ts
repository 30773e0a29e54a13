import type { FormattedExecutionResult, SubscribePayload } from 'graphql-ws';
import type { Connection, Document, Fault, LogEntry, ParleyOptions, RequestOptions, Session, Wake } from '../api.ts';
import type { Clock } from './clock.ts';
import type { ParleyError } from './errors.ts';
import type { Listeners, Store } from './store.ts';

/** What everything of one client has in common. */
export interface Base {
  readonly options: ParleyOptions;
  /** The whole address for HTTP. */
  readonly url: string;
  /** Its timers end with the client. */
  readonly clock: Clock;
  readonly random: () => number;
  readonly wake: Wake;
  /** Aborted when the client is disposed. */
  readonly ended: AbortSignal;
  /** Calls `cleanup` when the client is disposed: what was added last comes first. */
  readonly onEnd: (cleanup: () => void) => void;
  readonly fault: (fault: Fault) => void;
  /** Reports what a listener of the app has thrown. */
  readonly listenerFailed: (error: unknown) => void;
  readonly log: (entry: LogEntry) => void;
}

/** What rooms, outbox, presence and unread counts use of the connection. */
export interface Core extends Base {
  readonly connection: Store<Connection>;
  readonly session: Store<Session>;
  /** What the former user saw must be forgotten: they have signed out, or it is another user, or nobody, from now on. */
  readonly userChanged: Listeners<[]>;
  /** Starts an operation that runs over all connections until it ends. */
  readonly run: (operation: Operation) => Running;
  /**
   * Executes a query or mutation over the WebSocket, on one connection. Rejects with `NETWORK` if that is lost, and with
   * `TIMEOUT` if no answer comes.
   */
  readonly execute: <D, V>(document: Document<D, V>, variables: V, options?: RequestOptions) => Promise<D>;
  /** Executes a query or mutation over HTTP. */
  readonly request: <D, V>(document: Document<D, V>, variables: V, options?: RequestOptions) => Promise<D>;
  /** Keeps the connection open until the returned function is called. Operations under way do so by themselves. */
  readonly need: () => () => void;
  /** Finds out whether the connection is alive; if not, it is dropped and `connection` says so. */
  readonly ping: () => void;
  /** Called with the id of a room that the viewer has joined, if something reports it (`followViewer`). */
  readonly joined: Listeners<[roomId: string]>;
  /** Follows what concerns the viewer in all rooms, until the returned function is called. */
  readonly followViewer: () => () => void;
  /** The server says that the token ends soon (`SessionExpiring`). */
  readonly expiring: () => void;
}

/** An operation that is sent again on each new connection. */
export interface Operation {
  /** Makes the request of this attempt: with the newest cursor. */
  payload(): SubscribePayload;
  /** A result. ENDED is passed on only after a new subscription was refused or completed too. */
  next(result: FormattedExecutionResult): void;
  /**
   * Decides what follows an error on the server: `end` unless it is left out. Not asked for INTERNAL, RATE_LIMITED and
   * UNAUTHENTICATED, after which the operation is sent again.
   */
  failed?(error: ParleyError): Verdict;
  /** The connection is lost; the operation goes on with the next one. */
  lost?(): void;
  /** The last call, with an error or without. Not called after `Running.end()`. */
  ended?(error?: ParleyError): void;
  /**
   * A `stream` (the default) goes on until it is ended. A `query` has one result, and is sent again if the connection is
   * lost. What is sent `once` fails with `NETWORK` then.
   */
  readonly mode?: 'stream' | 'query' | 'once';
  /** Waits for `Running.resume` from the beginning. */
  readonly startsPaused?: boolean;
  /** Is sent again after so many milliseconds without a result: for streams that have heartbeats. */
  readonly silentAfterMs?: number;
}

/** `end` the operation, or `pause` it until `Running.resume()`. */
export type Verdict = 'end' | 'pause';

export interface Running {
  /** Ends it, on the server too. */
  readonly end: () => void;
  /** Ends the present attempt on the server, and waits for `resume`. */
  readonly pause: () => void;
  /** Sends it again with a new payload, after ending the present attempt. */
  readonly resume: () => void;
}
