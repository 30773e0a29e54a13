import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { describe } from '@jest/globals';
import { print } from 'graphql';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { ChatClient } from './chat-client.ts';
import { chattingContract } from './chatting.contract.ts';

/** The graphql-ws client alone: queries and mutations go over the same WebSocket as subscriptions. */
function connect(url: string, token?: string): ChatClient {
  const socket = createClient({
    url: url.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: token ? { token } : {},
  });
  async function* follow<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables) {
    const payload = { query: print(document), variables: variables as Record<string, unknown> };
    for await (const { data, errors } of socket.iterate<Data>(payload)) {
      if (errors) throw errors[0];
      yield data!;
    }
  }
  return {
    follow,
    async ask(document, variables) {
      for await (const data of follow(document, variables)) return data;
      throw new Error('The operation ended without an answer');
    },
    close: async () => socket.dispose(),
  };
}

describe('graphql-ws', () => chattingContract(connect));
