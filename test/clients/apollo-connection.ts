import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { createParleyConnection } from 'parley-client/connection';

declare const token: string;

const parley = createParleyConnection({ url: 'http://127.0.0.1:4000/graphql', token });
const client = new ApolloClient({
  link: ApolloLink.split(
    ({ operationType }) => operationType === 'subscription',
    new GraphQLWsLink(parley.socket),
    new HttpLink({ uri: parley.url, fetch: parley.fetch }),
  ),
  cache: new InMemoryCache(),
});

const syncCursor = 'query ($id: ID!) { room(id: $id) { syncCursor } }';
parley.onReset(async ({ roomId, resume }) => {
  const { room } = await parley.request<{ room: { syncCursor: string } }, object>(syncCursor, { id: roomId });
  await client.refetchQueries({ include: 'active' });
  resume(room.syncCursor);
});
