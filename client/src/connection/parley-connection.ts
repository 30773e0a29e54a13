import type { FormattedExecutionResult, Sink as RawSink, SubscribePayload } from 'graphql-ws';
import type { Document, Fault, Parley, ParleyConnection, ParleyOptions, RequestOptions, Reset, Sink } from '../api.ts';
import { type Clock, clockUntil, systemClock } from '../base/clock.ts';
import type { Base, Core } from '../base/core.ts';
import { withinLife } from '../base/deadline.ts';
import { dataOf, errorOf, noWebSocket, ParleyError } from '../base/errors.ts';
import { guard } from '../base/guard.ts';
import { iterate } from '../base/iterate.ts';
import { Listeners } from '../base/store.ts';
import { type Connection, createConnection } from './connection.ts';
import { execute, payloadOf } from './execute.ts';
import { follow } from './follow.ts';
import { fetchWithToken, requestOverHttp } from './http.ts';
import { createOperations, type Operations } from './operations.ts';
import { scan } from './scan-operation.ts';
import { createSession, type Session, tokenWithinMs } from './session.ts';
import { graphqlWsClient } from './socket.ts';
import { defaultWake } from './wake.ts';

/** What tests replace. */
export interface Environment {
  readonly clock: Clock;
  readonly random: () => number;
}

export const ordinary: Environment = { clock: systemClock, random: Math.random };

/** What can stand on a connection: rooms, outgoing messages, presence, unread counts. */
export interface Above {
  readonly outbox: {
    /** Returns what has not been sent. */
    get(): readonly unknown[];
    signOut(unsent: 'discard' | 'keep'): Promise<number>;
  };
  readonly onViewerEvent: Parley['onViewerEvent'];
}

/** Returns a connection, and what stands on it. It opens nothing before something is used. */
export function connect<A extends Above>(
  environment: Environment,
  options: ParleyOptions,
  open: (core: Core) => A,
): readonly [ParleyConnection, A] {
  const { base, faults, dispose } = beginLife(environment, options);
  const { core, session, connection, fetch, above } = join(base, open);
  const resets = new Listeners<[Reset, again: () => void]>(base.listenerFailed);
  const followRaw = (payload: SubscribePayload, sink: RawSink<FormattedExecutionResult>) =>
    follow({ ...base, run: core.run, resets }, payload, sink);
  const subscribe = <D, V>(document: Document<D, V>, variables: V, sink: Sink<D>) =>
    followData({ followRaw, log: base.log }, payloadOf(document, variables), sink);
  base.onEnd(() => resets.clear());

  const client = {
    url: base.url,
    connection: connection.state,
    session: session.state,
    request: core.request,
    subscribe,
    iterate: <D, V>(document: Document<D, V>, variables: V, how?: RequestOptions) =>
      iterate<D>((sink) => subscribe(document, variables, sink), how?.signal),
    socket: graphqlWsClient({ ...base, ...connection, follow: followRaw, connection: connection.state }),
    fetch,
    onReset: (listener: (reset: Reset) => unknown) =>
      resets.add((reset, again) => {
        new Promise((resolve) => resolve(listener(reset))).catch((error) => {
          base.listenerFailed(error);
          again();
        });
      }),
    onFault: (listener: (fault: Fault) => void) => faults.add(listener),
    connect: () => base.ended.aborted || connection.connect(),
    disconnect: connection.disconnect,
    async signOut({ unsent = 'discard' }: { readonly unsent?: 'discard' | 'keep' } = {}) {
      // Before anybody hears of the sign-out: the next user may sign in at once.
      const token = session.lastToken();
      const left = above.outbox.signOut(unsent);
      // Before the server knows: it would close the connection as refused, and a new token would be asked for.
      connection.signOut('signed-out');
      // The app may dispose of the client meanwhile.
      const life = { ...base, clock: environment.clock, ended: new AbortController().signal };
      await revokeSession(life, token).catch((error) => base.log({ level: 'warn', what: 'sign-out', error }));
      return { unsent: await withinLife(life, tokenWithinMs, () => left) };
    },
    dispose,
    [Symbol.dispose ?? Symbol.for('Symbol.dispose')]: dispose,
  };
  return [client as ParleyConnection, above];
}

/** Makes what everything else stands on, and what ends it. */
function beginLife({ clock, random }: Environment, options: ParleyOptions) {
  // Otherwise a bot would wait for a connection that never comes, and its process would exit without an error.
  const { webSocket = globalThis.WebSocket } = options;
  if (webSocket !== null && typeof webSocket !== 'function') throw noWebSocket();
  const ender = new AbortController();
  const { signal } = ender;
  const cleanups: (() => void)[] = [];
  // What it throws has nowhere to be reported.
  const log: Base['log'] = (entry) =>
    guard(
      () => options.log?.(entry),
      () => {},
    );
  const faults = new Listeners<[Fault]>((error) => log({ level: 'error', what: 'listener', error }));
  const fault: Base['fault'] = (what) => {
    log({ ...what, level: 'error', what: what.code });
    faults.call(what);
  };
  const base: Base = {
    options,
    url: addressOf(options.url),
    clock: clockUntil(signal, clock),
    random,
    wake: options.wake ?? defaultWake(),
    ended: signal,
    onEnd: (cleanup) => cleanups.unshift(cleanup),
    log,
    fault,
    listenerFailed: (error) => fault({ code: 'LISTENER', message: String(error), error }),
  };
  const dispose = () => {
    ender.abort();
    // What the app has given may throw, such as its `wake`.
    for (const cleanup of cleanups.splice(0)) guard(cleanup, base.listenerFailed);
    faults.clear();
  };
  return { base, faults, dispose };
}

/** Returns the whole address for HTTP. A relative one is for pages alone. */
function addressOf(url: string): string {
  try {
    const { href } = new URL(url, globalThis.location?.href);
    if (/^(http|ws)s?:/.test(href)) return href.replace(/^ws/, 'http');
  } catch {}
  throw new ParleyError({ code: 'BAD_REQUEST', message: `\`url\` is no HTTP address: ${url}` });
}

/** Makes the connection, and what stands on it. */
function join<A extends Above>(base: Base, open: (core: Core) => A) {
  const session: Session = createSession(base, {
    async renew(token) {
      const { renewConnection: answer } = await core.execute(renewConnection, { token });
      if (answer.userErrors.length > 0) throw new ParleyError({ code: 'FORBIDDEN' });
      return answer.expiresAt;
    },
    reconnect: () => connection.reconnect(),
  });
  const operations: Operations = createOperations(base, {
    isReady: () => connection.state.get().status === 'ready',
    isSignedIn: () => session.state.get().status === 'signed-in',
    send: (message) => connection.send(message),
    need: () => connection.need(),
    refuse: () => connection.refuse(),
  });
  const connection: Connection = createConnection(base, {
    session,
    operations,
    hasUnsent: () => above.outbox.get().length > 0,
  });
  base.onEnd(() => operations.dispose());
  const fetch = fetchWithToken(base, session);
  const core: Core = {
    ...base,
    connection: connection.state,
    session: session.state,
    userChanged: session.userChanged,
    run: operations.run,
    need: connection.need,
    ping: connection.ping,
    joined: new Listeners(base.listenerFailed),
    followViewer: () => above.onViewerEvent(() => {}),
    expiring: () => session.check(true),
    request: async <D, V>(document: Document<D, V>, variables: V, how?: RequestOptions) => {
      const body = payloadOf(document, variables);
      return (await requestOverHttp(base, { fetch, body, signal: how?.signal })) as D;
    },
    execute: (document, variables, how) => execute(core, { ...how, document, variables }),
  };
  const above: A = open(core);
  return { core, session, connection, fetch, above };
}

interface Following extends Pick<Base, 'log'> {
  readonly followRaw: (payload: SubscribePayload, sink: RawSink<FormattedExecutionResult>) => () => void;
}

/**
 * Hands the data of each result to the sink. Errors beside the data, of fields that are null then, do not end a
 * subscription, as in graphql-ws; those of a query or a mutation are its end.
 */
function followData<D>({ followRaw, log }: Following, payload: SubscribePayload, sink: Sink<D>): () => void {
  const isStream = scan(payload.query, payload.operationName).kind === 'subscription';
  const end = followRaw(payload, {
    next(result) {
      let data: unknown = isStream && result.data;
      try {
        data ||= dataOf(result);
      } catch (error) {
        end();
        sink.error(error as ParleyError);
        return;
      }
      if (result.errors) log({ level: 'warn', what: 'errors', error: errorOf(result.errors) });
      sink.next(data as D);
    },
    error: (error) => sink.error(error as ParleyError),
    complete: () => sink.complete(),
  });
  return end;
}

const renewConnection: Document<Renewal, object> = {
  query: 'mutation($token: String!) { renewConnection(input: { token: $token }) { expiresAt userErrors { code } } }',
};

interface Renewal {
  readonly renewConnection: { readonly expiresAt: string | null; readonly userErrors: readonly unknown[] };
}

/** Revokes the session of a token, if there is one. */
async function revokeSession(base: Base, last: Promise<string | null>): Promise<void> {
  const token = await withinLife(base, tokenWithinMs, () => last);
  if (!token) return;
  const fetch = fetchWithToken(base, { token: async () => token, refused: async () => false });
  const request = (body: SubscribePayload) => requestOverHttp(base, { fetch, body });
  const { viewer } = (await request({ query: '{ viewer { session { id } } }' })) as WithSession;
  const query = 'mutation($id: ID!) { revokeSession(input: { sessionId: $id }) { userErrors { code } } }';
  await request({ query, variables: { id: viewer?.session?.id } });
}

interface WithSession {
  readonly viewer: { readonly session: { readonly id: string } | null } | null;
}
