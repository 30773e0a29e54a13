import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  ApolloClient,
  ApolloLink,
  CombinedGraphQLErrors,
  HttpLink,
  InMemoryCache,
  type OperationVariables,
} from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { relayStylePagination } from '@apollo/client/utilities';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { describe, expect, test } from '@jest/globals';
import { buildSchema, getOperationAST, isAbstractType, OperationTypeNode } from 'graphql';
import {
  HistoryDocument,
  InboxDocument,
  type InboxQueryVariables,
  MessagesAroundDocument,
  type MessagesAroundQueryVariables,
  RoomBySlugDocument,
  RoomEventsDocument,
  RoomStateDocument,
  SendMessageDocument,
  ServerDocument,
} from '../generated/graphql.ts';
import { makeGroup } from '../support/rooms.ts';
import { withServer } from '../support/with-server.ts';
import { type ChatClient, pulled } from './chat-client.ts';
import { chattingContract } from './chatting.contract.ts';
import { NodeWebSocket } from './node-web-socket.ts';
import { normalisedCacheContract, type Shown, shownAs } from './normalised-cache.contract.ts';
import { resumingContract } from './resuming.contract.ts';
import { createLastingClient, resuming } from './resuming.ts';

const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));
const abstractTypes = Object.values(schema.getTypeMap()).filter(isAbstractType);

/** Without it, Apollo's cache drops what fragments on interfaces ask for, such as `...on UserError`. */
const possibleTypes = Object.fromEntries(
  abstractTypes.map((type) => [type.name, schema.getPossibleTypes(type).map(({ name }) => name)]),
);

/** Apollo Client 4 as an app would set it up: HTTP for queries and mutations, a WebSocket for subscriptions. */
function apolloClient(url: string, token?: string): ApolloClient {
  const socket = createLastingClient({
    url: url.replace(/^http/, 'ws'),
    webSocketImpl: NodeWebSocket,
    connectionParams: token ? { token } : {},
    keepAlive: 1000,
  });
  return new ApolloClient({
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(resuming(socket)),
      new HttpLink({ uri: url, headers: token ? { authorization: `Bearer ${token}` } : {} }),
    ),
    cache: new InMemoryCache({
      possibleTypes,
      typePolicies: {
        Room: { fields: { messages: relayStylePagination() } },
        Viewer: { fields: { memberships: relayStylePagination(['orderBy', 'filter']) } },
      },
    }),
  });
}

function connect(url: string, token?: string): ChatClient {
  const client = apolloClient(url, token);
  return {
    async ask<Data, Variables>(document: TypedDocumentNode<Data, Variables>, given: Variables) {
      const variables = given as OperationVariables;
      const isMutation = getOperationAST(document)?.operation === OperationTypeNode.MUTATION;
      const asked = isMutation
        ? client.mutate({ mutation: document, variables })
        : client.query({ query: document, variables, fetchPolicy: 'no-cache' });
      const { data } = await asked.catch(throwFirst);
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
    close: async () => client.stop(),
  };
}

function throwFirst(error: unknown): never {
  throw CombinedGraphQLErrors.is(error) ? error.errors[0]! : error;
}

/** The same, for what its cache shows. */
function connectCache(url: string, token: string) {
  const client = apolloClient(url, token);
  return {
    watch: (roomId: string) =>
      pulled<Shown>(({ next, error }) => {
        const subscription = client.watchQuery({ query: RoomStateDocument, variables: { roomId } }).subscribe({
          next: ({ data, dataState }) => dataState === 'complete' && next(shownAs(data)),
          error,
        });
        return () => subscription.unsubscribe();
      }),
    follow: (roomId: string) => {
      const events = client.subscribe({ query: RoomEventsDocument, variables: { roomId } });
      const subscription = events.subscribe(() => {});
      return () => subscription.unsubscribe();
    },
    close: () => client.stop(),
  };
}

/** Shows the page around a message instead of the messages that are shown, as docs/clients.md does it. */
async function jump(client: ApolloClient, variables: MessagesAroundQueryVariables): Promise<void> {
  const { data } = await client.query({ query: MessagesAroundDocument, variables, fetchPolicy: 'no-cache' });
  const { messagesAround, ...room } = data!.room!;
  client.writeQuery({
    query: HistoryDocument,
    variables: { roomId: variables.roomId },
    data: { room: { ...room, messages: messagesAround } },
  });
}

const { server } = await withServer();

describe('Apollo Client', () => {
  chattingContract(connect);
  resumingContract(server, connect);
  normalisedCacheContract(connectCache);

  test.each([false, true])(
    'sends whole operations once its hashes are refused (by GET: %s)',
    async (useGETForHashedQueries) => {
      const asked: unknown[] = [];
      const client = new ApolloClient({
        link: ApolloLink.from([
          new PersistedQueryLink({
            sha256: (text) => createHash('sha256').update(text).digest('hex'),
            useGETForHashedQueries,
          }),
          new HttpLink({
            uri: server.url,
            fetch: async (...request) => {
              const response = await fetch(...request);
              asked.push((await response.clone().json()).errors?.[0].extensions.code);
              return response;
            },
          }),
        ]),
        cache: new InMemoryCache(),
      });

      const { data } = await client.query({ query: ServerDocument });
      await client.query({ query: ServerDocument, fetchPolicy: 'no-cache' });

      expect(data?.server.version).toEqual(expect.any(String));
      expect(asked).toEqual(['PERSISTED_QUERY_NOT_SUPPORTED', undefined, undefined]);
      client.stop();
    },
  );

  test('joins the pages it fetches to one list, by `relayStylePagination`', async () => {
    const grace = await server.signIn('Grace');
    const { roomBySlug } = await grace.ask(RoomBySlugDocument, { slug: 'cooking' });
    const roomId = roomBySlug!.id;
    for (const text of ['Boil', 'Peel', 'Slice', 'Fry']) {
      await grace.ask(SendMessageDocument, { input: { roomId, text } });
    }
    const client = apolloClient(server.url, grace.token);
    const history = client.watchQuery({ query: HistoryDocument, variables: { roomId, last: 2 } });
    const shown = pulled<string[]>(({ next, error }) => {
      const subscription = history.subscribe({
        next: ({ data, dataState, loading }) =>
          dataState === 'complete' && !loading && next(data.room!.messages.edges.map(({ node }) => node.text!)),
        error,
      });
      return () => subscription.unsubscribe();
    });

    expect((await shown.next()).value).toEqual(['Slice', 'Fry']);
    await history.fetchMore({
      variables: { last: 2, before: history.getCurrentResult().data!.room!.messages!.pageInfo!.startCursor },
    });

    expect((await shown.next()).value).toEqual(['Boil', 'Peel', 'Slice', 'Fry']);
    await shown.return(undefined);
    client.stop();
  });

  test('jumps to a message by replacing the list with the page around it, and pages on from there', async () => {
    const grace = await server.signIn('Grace');
    const roomId = await makeGroup(grace, 'Alphabet');
    for (const text of ['A', 'B', 'C', 'D', 'E', 'F', 'G']) {
      await grace.ask(SendMessageDocument, { input: { roomId, text } });
    }
    const client = apolloClient(server.url, grace.token);
    const history = client.watchQuery({ query: HistoryDocument, variables: { roomId, last: 2 } });
    const following = history.subscribe(() => {});
    const shown = () => client.readQuery({ query: HistoryDocument, variables: { roomId } })!.room!.messages;
    const texts = () => shown().edges.map(({ node }) => node.text);
    await history.refetch();
    expect(texts()).toEqual(['F', 'G']);

    await jump(client, { roomId, sequence: shown().edges[0]!.node.sequence - 3, before: 1, after: 1 });
    expect(texts()).toEqual(['B', 'C', 'D']);
    await history.fetchMore({ variables: { last: 1, before: shown().pageInfo.startCursor } });
    await history.fetchMore({ variables: { last: undefined, first: 2, after: shown().pageInfo.endCursor } });
    expect(texts()).toEqual(['A', 'B', 'C', 'D', 'E', 'F']);

    await history.refetch();
    expect(texts()).toEqual(['F', 'G']);
    following.unsubscribe();
    client.stop();
  });

  test('keeps a list for each order and filter of the inbox', async () => {
    const grace = await server.signIn('Grace');
    for (const name of ['Red', 'Green', 'Blue']) await makeGroup(grace, name);
    const client = apolloClient(server.url, grace.token);
    const load = async (variables: InboxQueryVariables) =>
      (await client.query({ query: InboxDocument, variables, fetchPolicy: 'network-only' })).data!.viewer!.memberships;
    const shown = (variables: InboxQueryVariables) =>
      client
        .readQuery({ query: InboxDocument, variables })!
        .viewer!.memberships.edges.map(({ node }) => node.room.name);

    const { pageInfo } = await load({ first: 2 });
    for (const variables of [{ filter: { query: 'gre' } }, { orderBy: 'JOINED' as const }]) await load(variables);
    await load({ first: 2, after: pageInfo.endCursor });

    expect(shown({})).toEqual(['Blue', 'Green', 'Red']);
    expect(shown({ filter: { query: 'gre' } })).toEqual(['Green']);
    expect(shown({ orderBy: 'JOINED' })).toEqual(['Red', 'Green', 'Blue']);
    client.stop();
  });
});
