import {
  type Client,
  createRequest,
  type Exchange,
  gql,
  makeErrorResult,
  makeOperation,
  makeResult,
  type Operation,
  type OperationResult,
  stringifyDocument,
} from '@urql/core';
import { filter, make, makeSubject, map, merge, mergeMap, pipe, type Source, share, takeUntil, tap } from 'wonka';
import { Freshness } from './adapters/freshness.ts';
import { readSend, type SendOperation } from './adapters/graphql-send.ts';
import { sendByOutbox } from './adapters/graphql-sending.ts';
import { refetchAndResume } from './adapters/refetch.ts';
import { type PendingMessage, pendingSelection, showOutbox } from './adapters/show-outbox.ts';
import type { Parley } from './api.ts';
import { ParleyError } from './base/errors.ts';

export { orderedMessages, parleyCache } from './adapters/urql-cache.ts';

/**
 * Returns an exchange for subscriptions that miss nothing, and for messages by the outbox. It stands after Graphcache,
 * and gives all else to `fetchExchange`, with the token.
 */
export function parleyExchange(parley: Parley): Exchange {
  return ({ client, forward }) => {
    const freshness = new Freshness();
    const own = makeSubject<OperationResult>();
    const asked = new Asked(freshness);
    const start = once(() => attach(parley, client, { next: (result) => own.next(result), asked }));
    return (operations) => {
      const all = pipe(operations, tap(start), share);
      const mine = pipe(
        all,
        filter((operation) => operation.kind === 'subscription' || sendOf(operation) !== null),
        mergeMap((operation) => {
          const send = sendOf(operation);
          const ended = pipe(
            all,
            filter(({ kind, key }) => kind === 'teardown' && key === operation.key),
          );
          return send
            ? sendMessage(parley, { operation, send, late: (result) => own.next(result) })
            : pipe(subscribe(parley, { operation, client, freshness }), takeUntil(ended));
        }),
      );
      const others = pipe(
        all,
        filter((operation) => operation.kind !== 'subscription' && sendOf(operation) === null),
        map((operation) => asked.ask(withToken(parley, operation))),
        forward,
        tap((result) => asked.answer(result)),
      );
      return merge([mine, others, own.source]);
    };
  };
}

const sends = new WeakMap<Operation, SendOperation | null>();

function sendOf(operation: Operation): SendOperation | null {
  if (operation.kind !== 'mutation') return null;
  let send = sends.get(operation);
  if (send === undefined) {
    send = readSend(operation.query, operation.variables ?? {}, (text) => gql(text));
    sends.set(operation, send);
  }
  return send;
}

function withToken(parley: Parley, operation: Operation): Operation {
  if (operation.kind === 'teardown') return operation;
  const context = { ...operation.context, url: parley.url, fetch: parley.fetch };
  return makeOperation(operation.kind, operation, context);
}

/** The questions under way. */
class Asked {
  readonly #freshness: Freshness;
  readonly #open = new Map<number, (data?: unknown) => void>();
  /** Queries that the network has failed since it was last idle. */
  failed: Operation[] = [];
  #idle: (() => void)[] = [];

  constructor(freshness: Freshness) {
    this.#freshness = freshness;
  }

  ask(operation: Operation): Operation {
    this.#end(operation.key);
    if (operation.kind !== 'teardown') this.#open.set(operation.key, this.#freshness.asked());
    return operation;
  }

  answer({ operation, data, hasNext, error }: OperationResult): void {
    if (error?.networkError && operation.kind === 'query') this.failed.push(operation);
    if (!hasNext) this.#end(operation.key, data);
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    this.failed = [];
    await new Promise<void>((resolve) => setTimeout(resolve));
    if (this.#open.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #end(key: number, data?: unknown): void {
    this.#open.get(key)?.(data);
    this.#open.delete(key);
    if (this.#open.size === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }
}

interface Subscribing {
  readonly operation: Operation;
  readonly client: Client;
  readonly freshness: Freshness;
}

function subscribe(parley: Parley, { operation, client, freshness }: Subscribing): Source<OperationResult> {
  return make((observer) => {
    const { extensions } = operation;
    const variables = operation.variables ?? {};
    let isOver = false;
    const end = () => {
      if (isOver) return;
      client.reexecuteOperation(makeOperation('teardown', operation, operation.context));
      observer.complete();
    };
    const stop = parley.socket.subscribe(
      { query: stringifyDocument(operation.query), variables, extensions },
      {
        next(result) {
          freshness.event(result.data);
          observer.next(makeResult(operation, result as Parameters<typeof makeResult>[1]));
        },
        error(error) {
          // A client that is disposed answers at once, but nobody listens before this returns.
          queueMicrotask(() => {
            if (Array.isArray(error)) observer.next(makeResult(operation, { errors: error }));
            else observer.next(makeErrorResult(operation, error as Error));
            end();
          });
        },
        complete: end,
      },
    );
    return () => {
      isOver = true;
      stop();
    };
  });
}

interface Sending {
  readonly operation: Operation;
  readonly send: SendOperation;
  /** Takes an answer that arrives when the mutation has ended: after a retry. */
  readonly late: (result: OperationResult) => void;
}

function sendMessage(parley: Parley, { operation, send, late }: Sending): Source<OperationResult> {
  return make((observer) => {
    let isOver = false;
    sendByOutbox(parley, {
      send,
      print: stringifyDocument,
      answered(answer) {
        const result = makeResult(operation, answer as Parameters<typeof makeResult>[1]);
        if (isOver) return late(result);
        isOver = true;
        observer.next(result);
        observer.complete();
      },
    });
    return () => {
      isOver = true;
    };
  });
}

const pendingQuery = `subscription($roomId: ID!) { messageAdded(roomId: $roomId) {
  __typename message { ${pendingSelection} } } }`;
const controlQuery = `subscription($roomId: ID!, $parleyHide: ID, $parleyReset: Boolean) {
  messageAdded(roomId: $roomId) { __typename } }`;

interface Attaching {
  readonly next: (result: OperationResult) => void;
  readonly asked: Asked;
}

/** Shows the outbox in the cache, and lets it fetch anew what cannot be replayed: by results that nobody asked for. */
function attach(parley: Parley, client: Client, { next, asked }: Attaching): void {
  const tell = (query: string, variables: object, event: object = { __typename: 'MessageAddedEvent' }) => {
    const operation = client.createRequestOperation('subscription', createRequest(query, { ...variables }));
    next(makeResult(operation, { data: { messageAdded: event } }));
  };
  const show = (roomId: string, message: PendingMessage) =>
    tell(pendingQuery, { roomId }, { __typename: 'MessageAddedEvent', message });
  showOutbox(parley, { show, hide: (roomId, id) => tell(controlQuery, { roomId, parleyHide: id }) });
  parley.onReset((reset) =>
    refetchAndResume(parley, reset, async (roomId) => {
      const again = asked.failed.splice(0);
      tell(controlQuery, { roomId, parleyReset: true });
      for (const operation of again) {
        const context = { ...operation.context, requestPolicy: 'network-only' as const };
        client.reexecuteOperation(makeOperation('query', operation, context));
      }
      await asked.idle();
      // The network failed, perhaps by the same cut.
      if (asked.failed.length > 0) throw new ParleyError({ code: 'NETWORK' });
    }),
  );
}

function once(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    work();
  };
}
