import { readFileSync } from 'node:fs';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { describe } from '@jest/globals';
import {
  type AnyVariables,
  Client,
  type CombinedError,
  type Exchange,
  fetchExchange,
  subscriptionExchange,
} from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { buildSchema, getOperationAST, introspectionFromSchema, isObjectType, OperationTypeNode } from 'graphql';
import { RoomEventsDocument, RoomStateDocument } from '../generated/graphql.ts';
import { withServer } from '../support/with-server.ts';
import { type ChatClient, pulled } from './chat-client.ts';
import { chattingContract } from './chatting.contract.ts';
import { NodeWebSocket } from './node-web-socket.ts';
import { normalisedCacheContract, type Shown, shownAs } from './normalised-cache.contract.ts';
import { resumingContract } from './resuming.contract.ts';
import { createLastingClient, resuming } from './resuming.ts';

/** urql with its exchanges for HTTP and, over graphql-ws, for subscriptions, and further ones before them. */
function urqlClient(url: string, token?: string, further: Exchange[] = []) {
  const options = {
    url: url.replace(/^http/, 'ws'),
    webSocketImpl: NodeWebSocket,
    connectionParams: token ? { token } : {},
    keepAlive: 1000,
  };
  const socket = resuming(createLastingClient(options));
  const client = new Client({
    url,
    preferGetMethod: false,
    fetchOptions: { headers: token ? { authorization: `Bearer ${token}` } : {} },
    exchanges: [
      ...further,
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query, variables }) => ({
          subscribe: (sink) => ({ unsubscribe: socket.subscribe({ query: query!, variables }, sink) }),
        }),
      }),
    ],
  });
  return { client, socket };
}

function connect(url: string, token?: string): ChatClient {
  const { client, socket } = urqlClient(url, token);
  return {
    async ask<Data, Variables>(document: TypedDocumentNode<Data, Variables>, given: Variables) {
      const variables = given as AnyVariables;
      const isMutation = getOperationAST(document)?.operation === OperationTypeNode.MUTATION;
      const { data, error } = await (isMutation
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
    close: async () => socket.dispose(),
  };
}

const firstOf = (error: CombinedError) => error.graphQLErrors[0] ?? error;

const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));
const withoutId = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type) && !type.getFields().id);
/** Objects without an id are part of the object that contains them. */
const keys = Object.fromEntries(withoutId.map(({ name }) => [name, () => null]));

/** urql with its normalised cache, for what that shows. */
function connectCache(url: string, token: string) {
  const cache = cacheExchange({ schema: introspectionFromSchema(schema), keys });
  const { client, socket } = urqlClient(url, token, [cache]);
  return {
    watch: (roomId: string) =>
      pulled<Shown>(({ next, error: fail }) => {
        const results = client.query(RoomStateDocument, { roomId });
        const subscription = results.subscribe(({ data, error }) =>
          error ? fail(error) : data && next(shownAs(data)),
        );
        return () => subscription.unsubscribe();
      }),
    follow: (roomId: string) => {
      const subscription = client.subscription(RoomEventsDocument, { roomId }).subscribe(() => {});
      return () => subscription.unsubscribe();
    },
    close: () => void socket.dispose(),
  };
}

const { server } = await withServer();

describe('urql', () => {
  chattingContract(connect);
  resumingContract(server, connect);
  normalisedCacheContract(connectCache);
});
