import type { FormattedExecutionResult, Sink as RawSink, SubscribePayload } from 'graphql-ws';
import type { Document, Fault, Parley, ParleyOptions, RequestOptions, Reset, Sink } from './api.ts';
import { type Clock, systemClock } from './clock.ts';
import { Connection } from './connection.ts';
import type { Core } from './core.ts';
import { ParleyError } from './errors.ts';
import { execute, payloadOf } from './execute.ts';
import { dataOf, fetchWithToken, requestOverHttp } from './http.ts';
import { iterate } from './iterate.ts';
import { Operations } from './operations.ts';
import { openParts, type Parts } from './parts.ts';
import { follow } from './resume.ts';
import { Session } from './session.ts';
import { graphqlWsClient } from './socket.ts';
import { Listeners } from './store.ts';
import { defaultWake } from './wake.ts';

const renewConnection =
  'mutation($token: String!) { renewConnection(input: { token: $token }) { expiresAt userErrors { code message } } }';
const presentSession = 'query { viewer { session { id } } }';
const revokeSession = 'mutation($id: ID!) { revokeSession(input: { sessionId: $id }) { userErrors { code } } }';

/** What tests replace. */
export interface Environment {
  readonly clock: Clock;
  readonly random: () => number;
}

/** Returns a client. It opens nothing before something is used. */
export function createParley(options: ParleyOptions): Parley {
  return createParleyIn({ clock: systemClock, random: Math.random }, options);
}

/** Returns a client with another clock and other random numbers. */
export function createParleyIn({ clock, random }: Environment, options: ParleyOptions): Parley {
  const url = new URL(options.url, globalThis.location?.href).href;
  const wake = options.wake ?? defaultWake();
  const ender = new AbortController();
  const log = (entry: Parameters<Core['log']>[0]) => options.log?.(entry);
  const listenerFailed = (error: unknown) => log({ level: 'error', what: 'listener', error });
  const faults = new Listeners<[Fault]>(listenerFailed);
  const resets = new Listeners<[Reset]>(listenerFailed);
  const fault = (what: Fault) => {
    log({ ...what, level: 'error', what: what.code });
    faults.call(what);
  };
  const session: Session = new Session({
    ...options,
    clock,
    renew,
    reconnect: () => connection.reconnect(),
    failed: (error) => log({ level: 'warn', what: 'token', error }),
  });
  const operations: Operations = new Operations({
    clock,
    fault,
    isReady: () => connection.state.get().status === 'ready',
    isSignedIn: () => session.state.get().status === 'signed-in',
    send: (message) => connection.send(message),
    need: () => connection.need(),
    refuse: () => connection.refuse(),
  });
  const connection: Connection = new Connection({
    url: url.replace(/^http/, 'ws'),
    webSocket: options.webSocket ?? globalThis.WebSocket,
    clock,
    random,
    wake,
    session,
    fault,
    hasUnsent: () => parts.hasUnsent(),
    ready: () => operations.ready(),
    received: (message) => operations.received(message),
    lost: () => operations.lost(),
    tooLarge: (id) => operations.tooLarge(id),
  });
  const http = {
    ...options,
    url,
    clock,
    session,
    ended: ender.signal,
    fetch: options.fetch ?? ((...request) => globalThis.fetch(...request)),
  };
  const core: Core = {
    options,
    clock,
    random,
    wake,
    log,
    fault,
    connection: connection.state,
    session: session.state,
    serverAhead: () => session.serverAhead,
    ended: ender.signal,
    run,
    need: () => connection.need(),
    ping: () => connection.ping(),
    expiring: () => session.check(true),
    execute: (document, variables, how) => execute({ run, clock }, payloadOf(document, variables), how),
    request: async <D, V>(document: Document<D, V>, variables: V, how?: RequestOptions) =>
      (await requestOverHttp(http, payloadOf(document, variables), how?.signal)) as D,
  };
  const parts: Parts = openParts(core);

  function run(operation: Parameters<Core['run']>[0]) {
    if (ender.signal.aborted) throw new ParleyError({ code: 'DISPOSED' });
    return operations.run(operation);
  }

  async function renew(token: string): Promise<unknown> {
    const payload = { query: renewConnection, variables: { token } };
    const { renewConnection: answer } = await execute<Renewal>({ run, clock }, payload, { timeoutMs: 10_000 });
    if (answer.userErrors.length > 0) throw new ParleyError({ code: 'FORBIDDEN' });
    return answer.expiresAt;
  }

  const followRaw = (payload: SubscribePayload, sink: RawSink<FormattedExecutionResult>) =>
    follow({ run, log, reset }, payload, sink);

  function reset(what: Reset): boolean {
    const isHeard = resets.size > 0;
    resets.call(what);
    return isHeard;
  }

  function subscribe<D, V>(document: Document<D, V>, variables: V, sink: Sink<D>): () => void {
    const end = followRaw(payloadOf(document, variables), {
      next: (result) => {
        let data: D;
        try {
          data = dataOf(result) as D;
        } catch (error) {
          end();
          sink.error(error as ParleyError);
          return;
        }
        sink.next(data);
      },
      error: (error) => sink.error(error as ParleyError),
      complete: () => sink.complete(),
    });
    return end;
  }

  async function signOut({ unsent = 'discard' as const }: Parameters<Parley['signOut']>[0] = {}) {
    const count = await parts.signOut(unsent);
    // First: the server would close the connection as refused, and a new token would be asked for.
    connection.disconnect();
    try {
      const { viewer } = await core.request<WithSession, object>({ query: presentSession }, {});
      await core.request({ query: revokeSession }, { id: viewer?.session?.id });
    } catch (error) {
      log({ level: 'warn', what: 'the session could not be revoked', error });
    }
    session.end('signed-out');
    return { unsent: count };
  }

  function dispose(): void {
    if (ender.signal.aborted) return;
    ender.abort();
    parts.dispose();
    operations.dispose(new ParleyError({ code: 'DISPOSED' }));
    connection.dispose();
    session.dispose();
    faults.clear();
    resets.clear();
  }

  return {
    url,
    connection: connection.state,
    session: session.state,
    unread: parts.unread,
    outbox: parts.outbox,
    room: (id) => parts.room(id),
    presence: (ids) => parts.presence(ids),
    setStatus: (status, text) => parts.setStatus(status, text),
    onNotification: (listener) => parts.onNotification(listener),
    onViewerEvent: (listener) => parts.onViewerEvent(listener),
    request: core.request,
    subscribe,
    iterate: <D, V>(document: Document<D, V>, variables: V, how?: RequestOptions) =>
      iterate<D>((sink) => subscribe(document, variables, sink), how?.signal),
    socket: graphqlWsClient({
      follow: followRaw,
      connection: connection.state,
      terminate: () => connection.terminate(),
    }),
    fetch: fetchWithToken(http),
    onReset: (listener) => resets.add(listener),
    onFault: (listener) => faults.add(listener),
    connect: () => ender.signal.aborted || connection.connect(),
    disconnect: () => connection.disconnect(),
    signOut,
    dispose,
    [Symbol.dispose ?? Symbol.for('Symbol.dispose')]: dispose,
  } as Parley;
}

interface WithSession {
  readonly viewer: { readonly session: { readonly id: string } | null } | null;
}

interface Renewal {
  readonly renewConnection: { readonly expiresAt: string | null; readonly userErrors: readonly unknown[] };
}
