import {
  ApolloClient,
  ApolloLink,
  CombinedGraphQLErrors,
  HttpLink,
  InMemoryCache,
  type OperationVariables,
} from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import {
  type AnyVariables,
  Client,
  type CombinedError,
  type Exchange,
  fetchExchange,
  subscriptionExchange,
} from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { getOperationAST, OperationTypeNode, print } from 'graphql';
import { WebSocket } from 'ws';
import { type ChatClient, pulled } from '../../../test/clients/chat-client.ts';
import type { Parley } from '../../src/api.ts';
import { parleyCache as apolloCache, parleyLink } from '../../src/apollo.ts';
import { ParleyError } from '../../src/base/errors.ts';
import { createParley } from '../../src/client.ts';
import { parleyExchange, parleyCache as urqlCache } from '../../src/urql.ts';

/** A client of the contracts, on top of a `Parley`. */
export type OnParley = (parley: Parley, token?: string) => ChatClient;

/** Returns a function that connects such a client. */
export const connecting = (make: OnParley) => (url: string, token?: string) =>
  make(createParley({ url, token: token ?? null, webSocket: WebSocket }), token);

const isMutation = (document: TypedDocumentNode<unknown, never>) =>
  getOperationAST(document)?.operation === OperationTypeNode.MUTATION;

export const overCore: OnParley = (parley) => ({
  ask: (document, variables) => parley.request({ query: print(document) }, variables).catch(rethrow) as Promise<never>,
  async *follow(document, variables) {
    yield* parley.iterate({ query: print(document) }, variables) as AsyncIterable<never>;
  },
  close: async () => parley.dispose(),
});

function rethrow(error: unknown): never {
  throw error instanceof ParleyError && Array.isArray(error.cause) ? error.cause[0] : error;
}

/** Apollo Client as it is, with the socket in its own link. */
export function stockApollo(parley: Parley, token?: string): ApolloClient {
  const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
  const link = ApolloLink.split(
    ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
    new GraphQLWsLink(parley.socket),
    new HttpLink({ uri: parley.url, headers }),
  );
  return new ApolloClient({ link, cache: new InMemoryCache(apolloCache()) });
}

export const apolloAdapter = (parley: Parley): ApolloClient =>
  new ApolloClient({ link: parleyLink(parley), cache: new InMemoryCache(apolloCache()) });

export const overApollo =
  (make: (parley: Parley, token?: string) => ApolloClient): OnParley =>
  (parley, token) => {
    const client = make(parley, token);
    return {
      async ask<Data, Variables>(document: TypedDocumentNode<Data, Variables>, given: Variables) {
        const variables = given as OperationVariables;
        const asked = isMutation(document)
          ? client.mutate({ mutation: document, variables })
          : client.query({ query: document, variables, fetchPolicy: 'no-cache' });
        const { data } = await asked.catch((error: unknown) => {
          throw CombinedGraphQLErrors.is(error) ? error.errors[0] : error;
        });
        return data as Data;
      },
      follow: <Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables) =>
        pulled<Data>(({ next, error }) => {
          const results = client.subscribe({ query: document, variables: variables as OperationVariables });
          const subscription = results.subscribe({
            next: (result) => (result.error ? error(result.error) : next(result.data as Data)),
            error,
          });
          return () => subscription.unsubscribe();
        }),
      async close() {
        client.stop();
        parley.dispose();
      },
    };
  };

/** urql as it is, with the socket in its own exchange. */
export function stockUrql({ url, socket }: Parley, token?: string): Client {
  return new Client({
    url,
    preferGetMethod: false,
    fetchOptions: { headers: token ? { authorization: `Bearer ${token}` } : {} },
    exchanges: [
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables }) => ({
          subscribe: (sink) => ({ unsubscribe: socket.subscribe({ query, variables }, sink) }),
        }),
      }),
    ],
  });
}

export const urqlAdapter = (parley: Parley, cache?: Exchange): Client =>
  new Client({
    url: '/graphql',
    preferGetMethod: false,
    exchanges: [...(cache ? [cache] : []), parleyExchange(parley), fetchExchange],
  });

export const urqlWithCache = (parley: Parley): Client => urqlAdapter(parley, cacheExchange(urqlCache()));

const firstOf = (error: CombinedError) => error.graphQLErrors[0] ?? error;

export const overUrql =
  (make: (parley: Parley, token?: string) => Client): OnParley =>
  (parley, token) => {
    const client = make(parley, token);
    return {
      async ask<Data, Variables>(document: TypedDocumentNode<Data, Variables>, given: Variables) {
        const variables = given as AnyVariables;
        const { data, error } = await (isMutation(document)
          ? client.mutation(document, variables)
          : client.query(document, variables));
        if (error) throw firstOf(error);
        return data as Data;
      },
      follow: <Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables) =>
        pulled<Data>(({ next, error: fail }) => {
          const results = client.subscription(document, variables as AnyVariables);
          const subscription = results.subscribe(({ data, error }) =>
            error ? fail(firstOf(error)) : next(data as Data),
          );
          return () => subscription.unsubscribe();
        }),
      close: async () => parley.dispose(),
    };
  };
