import { ApolloClient, InMemoryCache, type OperationVariables } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { Client, subscriptionExchange } from '@urql/core';
import { print } from 'graphql';
import type { Client as Socket } from 'graphql-ws';
import { createParley, type Parley, type ParleyOptions } from 'parley-client';
import { WebSocket } from 'ws';
import { MessageAddedDocument, type MessageAddedSubscription } from '../generated/graphql.ts';
import { type ChatClient, pulled } from './chat-client.ts';

/** Returns a client of the package as a program in Node.js 20 creates it. */
export function parleyAt(url: string, token: ParleyOptions['token'], options: Partial<ParleyOptions> = {}): Parley {
  return createParley({ url, token, webSocket: WebSocket, ...options });
}

/** The client itself: queries and mutations over HTTP, subscriptions over its socket. */
export function connectCore(url: string, token?: string): ChatClient {
  const parley = parleyAt(url, token ?? null);
  return {
    ask: async (document, variables) => {
      try {
        return await parley.request(print(document), variables);
      } catch (error) {
        throw [(error as Error).cause].flat()[0] ?? error;
      }
    },
    follow: <Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables) =>
      pulled<Data>(({ next, error }) =>
        parley.subscribe<Data, Variables>(print(document), variables, { next, error, complete() {} }),
      ),
    close: async () => parley.dispose(),
  };
}

/** Apollo Client with its own link for graphql-ws, and everything over `parley.socket`. */
export function connectApollo(url: string, token?: string): ChatClient {
  const parley = parleyAt(url, token ?? null);
  const client = new ApolloClient({ link: new GraphQLWsLink(parley.socket), cache: new InMemoryCache() });
  return {
    async ask(document, given) {
      const variables = given as OperationVariables;
      const isQuery = /^\s*(query|\{)/.test(print(document));
      const answer = isQuery
        ? client.query({ query: document, variables, fetchPolicy: 'no-cache' })
        : client.mutate({ mutation: document, variables, fetchPolicy: 'no-cache' });
      const { data } = await answer.catch((error: { errors?: unknown[] }) =>
        Promise.reject(error.errors?.[0] ?? error),
      );
      return data!;
    },
    follow: (document, variables) =>
      pulled((sink) => {
        const results = client.subscribe({ query: document, variables: variables as OperationVariables });
        const subscription = results.subscribe({ next: ({ data }) => sink.next(data!), error: sink.error });
        return () => subscription.unsubscribe();
      }),
    close: async () => parley.dispose(),
  };
}

/** What hears the messages of a room; the function ends it. */
export type Hear = (socket: Socket, roomId: string, heard: (text: string) => void) => () => void;

const textOf = (data: MessageAddedSubscription) => data.messageAdded.message.text ?? '';

export const hearers: Record<string, Hear> = {
  'graphql-ws': (socket, roomId, heard) => {
    const payload = { query: print(MessageAddedDocument), variables: { roomId } };
    const next = ({ data }: { data?: MessageAddedSubscription | null }) => data && heard(textOf(data));
    return socket.subscribe<MessageAddedSubscription>(payload, { next, error() {}, complete() {} });
  },
  Apollo: (socket, roomId, heard) => {
    const client = new ApolloClient({ link: new GraphQLWsLink(socket), cache: new InMemoryCache() });
    const results = client.subscribe({ query: MessageAddedDocument, variables: { roomId } });
    const subscription = results.subscribe(({ data }) => data && heard(textOf(data)));
    return () => subscription.unsubscribe();
  },
  urql: (socket, roomId, heard) => {
    const exchange = subscriptionExchange({
      forwardSubscription: ({ query = '', variables }) => ({
        subscribe: (sink) => ({ unsubscribe: socket.subscribe({ query, variables }, sink) }),
      }),
    });
    const client = new Client({ url: 'http://unused.example', preferGetMethod: false, exchanges: [exchange] });
    const results = client.subscription(MessageAddedDocument, { roomId });
    const subscription = results.subscribe(({ data }) => data && heard(textOf(data)));
    return () => subscription.unsubscribe();
  },
};
