import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { describe, expect, test } from '@jest/globals';
import { print } from 'graphql';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { TcpProxy } from '../support/proxy.ts';
import { makeChannel, say } from '../support/rooms.ts';
import { until } from '../support/until.ts';
import { withServer } from '../support/with-server.ts';
import type { ChatClient } from './chat-client.ts';
import { chattingContract } from './chatting.contract.ts';
import { NodeWebSocket } from './node-web-socket.ts';
import { createLastingClient } from './resuming.ts';

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

const { server, ada, grace } = await withServer('Ada', 'Grace');

describe('graphql-ws', () => chattingContract(connect));

describe('as README shows it', () => {
  test.each([
    ['was cut', (proxy: TcpProxy) => proxy.cut()],
    ['went dead', (proxy: TcpProxy) => proxy.swallow()],
  ])('it receives the messages that were sent after its connection %s, once', async (_how, interrupt) => {
    const roomId = await makeChannel(ada, 'Cuts');
    const proxy = await TcpProxy.to(Number(new URL(server.url).port));
    const url = `ws://127.0.0.1:${proxy.port}/graphql`;
    const client = createLastingClient({
      url,
      webSocketImpl: NodeWebSocket,
      connectionParams: { token: grace.token },
      keepAlive: 1000,
    });
    const query = `subscription ($roomId: ID!, $after: StreamCursor) {
      messageAdded(roomId: $roomId, after: $after) { cursor message { text } }
    }`;
    const variables: { roomId: string; after: string | null } = { roomId, after: null };
    const heard: string[] = [];
    const reading = (async () => {
      for await (const { data } of client.iterate<Heard>({ query, variables })) {
        variables.after = data!.messageAdded.cursor;
        heard.push(data!.messageAdded.message.text);
      }
    })();
    await server.untilFollowed(roomId);
    await say(ada, roomId, 'before');
    await until(() => heard.length === 1);

    interrupt(proxy);
    await say(ada, roomId, 'meanwhile');
    proxy.heal();
    await until(() => heard.length === 2);
    await say(ada, roomId, 'after');
    await until(() => heard.length === 3);

    expect(heard).toEqual(['before', 'meanwhile', 'after']);
    await client.dispose();
    await reading;
    await proxy.close();
  });
});

interface Heard {
  messageAdded: { cursor: string; message: { text: string } };
}
