import type { Client, FormattedExecutionResult, Sink, SubscribePayload } from 'graphql-ws';
import type { Connection } from './api.ts';
import { ParleyError } from './errors.ts';
import { iterate } from './iterate.ts';
import type { Store } from './store.ts';

type Follow = (payload: SubscribePayload, sink: Sink<FormattedExecutionResult>) => () => void;

export interface SocketOptions {
  readonly follow: Follow;
  readonly connection: Store<Connection>;
  readonly terminate: () => void;
}

/** Returns what libraries take as a client of graphql-ws. It never reports a lost connection: nothing is lost with it. */
export function graphqlWsClient({ follow, connection, terminate }: SocketOptions): Client {
  const ends = new Set<() => void>();
  const subscribe: Follow = (payload, sink) => {
    let end = () => {};
    const stop = () => {
      if (!ends.delete(stop)) return;
      end();
      sink.complete();
    };
    ends.add(stop);
    end = follow(payload, {
      next: (result) => sink.next(result),
      error: (error) => ends.delete(stop) && sink.error(asReceived(error)),
      complete: () => ends.delete(stop) && sink.complete(),
    });
    return stop;
  };
  const client = {
    subscribe,
    iterate: (payload: SubscribePayload) => iterate<FormattedExecutionResult>((sink) => subscribe(payload, sink)),
    on: (event: string, listener: (...details: unknown[]) => void) => onEvent(connection, event, listener),
    terminate,
    dispose: () => {
      for (const stop of [...ends]) stop();
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
  let before = store.get().status;
  let wasReady = false;
  return store.subscribe(() => {
    const { status } = store.get();
    const [last, changed] = [before, status !== before];
    before = status;
    if (!changed) return;
    if (status === 'connecting' && event === 'connecting') listener(wasReady);
    if (status === 'ready' && event === 'opened') listener(undefined);
    if (status === 'ready' && event === 'connected') listener(undefined, {}, wasReady);
    if (last === 'ready' && event === 'closed') listener({ code: 1006, reason: '', wasClean: false });
    wasReady ||= status === 'ready';
  });
}
