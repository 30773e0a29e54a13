import type { Client, FormattedExecutionResult, Sink, SubscribePayload } from 'graphql-ws';
import type { Connection } from '../api.ts';
import { ParleyError } from '../base/errors.ts';
import { guard } from '../base/guard.ts';
import { iterate } from '../base/iterate.ts';
import type { Store } from '../base/store.ts';

type Follow = (payload: SubscribePayload, sink: Sink<FormattedExecutionResult>) => () => void;

export interface SocketOptions {
  readonly follow: Follow;
  readonly connection: Store<Connection>;
  readonly terminate: () => void;
  /** Reports what a listener of the app has thrown. */
  readonly listenerFailed: (error: unknown) => void;
}

/** Returns what libraries take as a client of graphql-ws. It never reports a lost connection: nothing is lost with it. */
export function graphqlWsClient({ follow, connection, terminate, listenerFailed }: SocketOptions): Client {
  const stops = new Set<() => void>();
  const subscribe: Follow = (payload, sink) => {
    let end = () => {};
    const stop = () => {
      if (!stops.delete(stop)) return;
      end();
      sink.complete();
    };
    stops.add(stop);
    end = follow(payload, {
      next: (result) => sink.next(result),
      error: (error) => stops.delete(stop) && sink.error(asReceived(error)),
      complete: () => stops.delete(stop) && sink.complete(),
    });
    return stop;
  };
  const client = {
    subscribe,
    iterate: (payload: SubscribePayload) => iterate<FormattedExecutionResult>((sink) => subscribe(payload, sink)),
    on: (event: string, listener: (...details: unknown[]) => void) => onEvent(connection, event, listener),
    terminate,
    dispose() {
      for (const stop of [...stops]) guard(stop, listenerFailed);
    },
  };
  return client as Client;
}

/** Returns the server's errors as they are: graphql-ws does so too. */
function asReceived(error: unknown): unknown {
  return error instanceof ParleyError && Array.isArray(error.cause) ? error.cause : error;
}

/** Calls the listener at each `connecting`, `opened`, `connected` and `closed`. The other events do not happen. */
function onEvent(store: Store<Connection>, event: string, listener: (...details: unknown[]) => void): () => void {
  let last = store.get().status;
  let wasReady = false;
  return store.subscribe(() => {
    const before = last;
    last = store.get().status;
    if (last === before) return;
    if (last === 'connecting' && event === last) listener(wasReady);
    if (last === 'ready' && event === 'opened') listener(undefined);
    if (last === 'ready' && event === 'connected') listener(undefined, {}, wasReady);
    if (before === 'ready' && event === 'closed') listener({ code: 1006, reason: '', wasClean: false });
    wasReady ||= last === 'ready';
  });
}
