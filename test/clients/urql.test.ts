import { describe } from '@jest/globals';
import { type AnyVariables, Client, type CombinedError, fetchExchange, subscriptionExchange } from '@urql/core';
import { getOperationAST, OperationTypeNode } from 'graphql';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { type ChatClient, pulled } from './chat-client.ts';
import { chattingContract } from './chatting.contract.ts';

/** urql with its exchanges for HTTP and, over graphql-ws, for subscriptions. */
function connect(url: string, token?: string): ChatClient {
  const socket = createClient({
    url: url.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: token ? { token } : {},
  });
  const client = new Client({
    url,
    preferGetMethod: false,
    fetchOptions: { headers: token ? { authorization: `Bearer ${token}` } : {} },
    exchanges: [
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query, variables }) => ({
          subscribe: (sink) => ({ unsubscribe: socket.subscribe({ query: query!, variables }, sink) }),
        }),
      }),
    ],
  });
  return {
    async ask(document, given) {
      const variables = given as AnyVariables;
      const isMutation = getOperationAST(document)?.operation === OperationTypeNode.MUTATION;
      const { data, error } = await (isMutation
        ? client.mutation(document, variables)
        : client.query(document, variables));
      if (error) throw firstOf(error);
      return data as never;
    },
    follow: (document, variables) =>
      pulled(({ next, error: fail }) => {
        const results = client.subscription(document, variables as AnyVariables);
        const subscription = results.subscribe(({ data, error }) =>
          error ? fail(firstOf(error)) : next(data as never),
        );
        return () => subscription.unsubscribe();
      }),
    close: async () => socket.dispose(),
  };
}

const firstOf = (error: CombinedError) => error.graphQLErrors[0] ?? error;

describe('urql', () => chattingContract(connect));
