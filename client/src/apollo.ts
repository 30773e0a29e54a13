import type { ApolloCache, ApolloClient } from '@apollo/client';
import { ApolloLink, CombinedGraphQLErrors, gql, HttpLink, Observable } from '@apollo/client';
import { print } from '@apollo/client/utilities';
import { parse } from 'graphql';
import { type StoredList, waitingField } from './adapters/apollo-cache.ts';
import { Freshness } from './adapters/freshness.ts';
import { rootFieldOf } from './adapters/graphql-root-field.ts';
import { readSend } from './adapters/graphql-send.ts';
import { sendByOutbox } from './adapters/graphql-sending.ts';
import { type Added, addedMessages } from './adapters/message-list.ts';
import { refetchAndResume } from './adapters/refetch.ts';
import { type PendingView, pendingSelection, showOutbox } from './adapters/show-outbox.ts';
import type { Parley, Reset } from './api.ts';
import { ParleyError } from './base/errors.ts';

export { orderedMessages, parleyCache } from './adapters/apollo-cache.ts';

/**
 * Returns the terminating link of an Apollo client: subscriptions that miss nothing, messages by the outbox, and all
 * else over HTTP with the token.
 */
export function parleyLink(parley: Parley): ApolloLink {
  const http = new HttpLink({ uri: parley.url, fetch: parley.fetch });
  const freshness = new Freshness();
  const attached = new WeakSet<ApolloClient>();
  return new ApolloLink((operation, forward) => {
    const { client } = operation;
    if (!attached.has(client)) {
      attached.add(client);
      attach(parley, client);
    }
    const { query, variables, operationType } = operation;
    if (operationType === 'subscription') return subscribe(parley, operation, freshness);
    const send = readSend(query, variables, parse);
    const answers = send ? sendMessage(parley, operation, send) : http.request(operation, forward);
    return fresh(answers, freshness);
  });
}

/** Shows the outbox in the cache of a client, and lets it fetch anew what cannot be replayed. */
function attach(parley: Parley, client: ApolloClient): void {
  showOutbox(parley, viewOf(client.cache));
  parley.onReset((reset: Reset) =>
    refetchAndResume(parley, reset, async (roomId) => {
      modifyList(client.cache, roomId, (list) => ({ ...list, isOutdated: true }));
      await client.refetchQueries({ include: 'active' }).catch((cause: unknown) => {
        // The network failed, perhaps by the same cut.
        if (!CombinedGraphQLErrors.is(cause)) throw new ParleyError({ code: 'NETWORK', cause });
      });
    }),
  );
}

function subscribe(parley: Parley, operation: ApolloLink.Operation, freshness: Freshness) {
  const { query, variables, operationName = null, extensions } = operation;
  return new Observable<ApolloLink.Result>((observer) =>
    parley.socket.subscribe(
      { query: print(query), variables, operationName, extensions },
      {
        next(result) {
          freshness.event(result.data);
          list(operation, result.data);
          observer.next(result as ApolloLink.Result);
        },
        error: (error) => observer.error(Array.isArray(error) ? new CombinedGraphQLErrors({ errors: error }) : error),
        complete: () => observer.complete(),
      },
    ),
  );
}

function sendMessage(parley: Parley, operation: ApolloLink.Operation, send: NonNullable<ReturnType<typeof readSend>>) {
  const { cache } = operation.client;
  return new Observable<ApolloLink.Result>((observer) =>
    sendByOutbox(parley, {
      send,
      print,
      answered(result) {
        list(operation, result.data);
        if (observer.closed) {
          const { query, variables } = operation;
          if (result.data) cache.write({ dataId: 'ROOT_MUTATION', query, variables, result: result.data });
          return;
        }
        observer.next(result as ApolloLink.Result);
        observer.complete();
      },
    }),
  );
}

/** Passes answers on, without the parts that a later event has changed. */
function fresh(answers: Observable<ApolloLink.Result>, freshness: Freshness): Observable<ApolloLink.Result> {
  return new Observable((observer) => {
    const answered = freshness.asked();
    const subscription = answers.subscribe({
      next(result) {
        answered(result.data);
        observer.next(result);
      },
      error: (error) => observer.error(error),
      complete: () => observer.complete(),
    });
    return () => {
      answered();
      subscription.unsubscribe();
    };
  });
}

/** Adds the messages that a result brings to the list of their room. Apollo itself writes the messages, a moment later. */
function list({ query, variables, client }: ApolloLink.Operation, data: unknown): void {
  const root = rootFieldOf(query, variables);
  if (!root || !data) return;
  const { roomId = (root.args.input as { roomId?: unknown } | undefined)?.roomId } = root.args;
  const added = addedMessages((data as Record<string, unknown>)[root.key]);
  if (typeof roomId === 'string' && added.length > 0)
    modifyList(client.cache, roomId, (known) => withAdded(known, added));
}

function withAdded(list: StoredList, added: readonly Added[]): StoredList {
  const byId = new Map(list.items.map((item) => [item.node.__ref, item]));
  for (const { id, cursor } of added) {
    const node = { __ref: `Message:${id}` };
    byId.set(node.__ref, { node, cursor: cursor || (byId.get(node.__ref)?.cursor ?? '') });
  }
  return { ...list, items: [...byId.values()] };
}

function modifyList(cache: ApolloCache, roomId: string, change: (list: StoredList) => StoredList): void {
  const messages = (stored: StoredList) => (stored ? change(stored) : stored);
  cache.modify({ id: `Room:${roomId}`, broadcast: false, fields: { messages: messages as never } });
}

const pendingFragment = gql(`fragment ParleyPending on Message { ${pendingSelection} }`);
const listFragment = gql(
  `fragment ParleyList on Room { __typename id ${waitingField} { edges { cursor node { __typename id } } } }`,
);

function viewOf(cache: ApolloCache): PendingView {
  return {
    show(roomId, message) {
      cache.writeFragment({ fragment: pendingFragment, data: message, broadcast: false });
      const edge = { __typename: 'MessageEdge', cursor: '', node: { __typename: 'Message', id: message.id } };
      const messages = { __typename: 'MessageConnection', edges: [edge] };
      cache.writeFragment({ fragment: listFragment, data: { __typename: 'Room', id: roomId, messages } });
    },
    hide(_roomId, id) {
      cache.evict({ id: `Message:${id}` });
    },
  };
}
