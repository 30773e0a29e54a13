import { describe } from '@jest/globals';
import { WebSocket } from 'ws';
import { pulled } from '../../test/clients/chat-client.ts';
import { chattingContract } from '../../test/clients/chatting.contract.ts';
import { normalisedCacheContract, type Shown, shownAs } from '../../test/clients/normalised-cache.contract.ts';
import { resumingContract } from '../../test/clients/resuming.contract.ts';
import { RoomEventsDocument, RoomStateDocument } from '../../test/generated/graphql.ts';
import { withServer } from '../../test/support/with-server.ts';
import { createParley } from '../src/client.ts';
import {
  apolloAdapter,
  connecting,
  overApollo,
  overCore,
  overUrql,
  stockApollo,
  stockUrql,
  urqlAdapter,
  urqlWithCache,
} from './support/chat-clients.ts';

const { server } = await withServer();

describe.each([
  ['the core', connecting(overCore)],
  ["the socket in Apollo's own link", connecting(overApollo(stockApollo))],
  ["the socket in urql's own exchange", connecting(overUrql(stockUrql))],
  ['parleyLink', connecting(overApollo(apolloAdapter))],
  ['parleyExchange', connecting(overUrql((parley) => urqlAdapter(parley)))],
])('%s', (name, connect) => {
  chattingContract(connect);
  // A dead connection is found below all of them, after nine seconds: once is enough.
  resumingContract(server, connect, name === 'the core' ? ['was cut', 'went dead'] : ['was cut']);
});

describe('parleyLink with its cache', () => {
  normalisedCacheContract((url, token) => {
    const parley = createParley({ url, token, webSocket: WebSocket });
    const client = apolloAdapter(parley);
    return {
      watch: (roomId) =>
        pulled<Shown>(({ next, error }) => {
          const subscription = client.watchQuery({ query: RoomStateDocument, variables: { roomId } }).subscribe({
            next: ({ data, dataState }) => dataState === 'complete' && next(shownAs(data)),
            error,
          });
          return () => subscription.unsubscribe();
        }),
      follow(roomId) {
        const events = client.subscribe({ query: RoomEventsDocument, variables: { roomId } });
        const subscription = events.subscribe(() => {});
        return () => subscription.unsubscribe();
      },
      close() {
        client.stop();
        parley.dispose();
      },
    };
  });
});

describe('parleyExchange with its cache', () => {
  normalisedCacheContract((url, token) => {
    const parley = createParley({ url, token, webSocket: WebSocket });
    const client = urqlWithCache(parley);
    return {
      watch: (roomId) =>
        pulled<Shown>(({ next, error: fail }) => {
          const results = client.query(RoomStateDocument, { roomId });
          const subscription = results.subscribe(({ data, error }) =>
            error ? fail(error) : data && next(shownAs(data)),
          );
          return () => subscription.unsubscribe();
        }),
      follow(roomId) {
        const subscription = client.subscription(RoomEventsDocument, { roomId }).subscribe(() => {});
        return () => subscription.unsubscribe();
      },
      close: () => parley.dispose(),
    };
  });
});
