// A chat with Apollo Client: your own operations, and a list that is complete after each cut.
import { ApolloClient, gql, InMemoryCache } from '@apollo/client';
import { ApolloProvider, useMutation, useQuery, useSubscription } from '@apollo/client/react';
import { createParley } from 'parley-client';
import { parleyCache, parleyLink } from 'parley-client/apollo';
import type { FormEvent } from 'react';
import { createRoot } from 'react-dom/client';
import { guestToken } from './guest.js';

const { searchParams } = new URL(location.href);
const url = searchParams.get('server') ?? 'http://127.0.0.1:4000/graphql';
const parley = createParley({ url, token: guestToken(url, 'Reader') });
const client = new ApolloClient({ link: parleyLink(parley), cache: new InMemoryCache(parleyCache()) });
const fields = 'id sequence text author { id displayName }';
const Page = gql(`query ($slug: String!) {
  roomBySlug(slug: $slug) { id syncCursor messages(last: 50) { edges { cursor node { ${fields} } } pageInfo { startCursor } } }
}`);
const Added = gql(`subscription ($roomId: ID!, $after: StreamCursor) {
  messageAdded(roomId: $roomId, after: $after) { cursor message { ${fields} } }
}`);
const Send = gql(`mutation ($input: SendMessageInput!) {
  sendMessage(input: $input) { message { ${fields} } userErrors { message } }
}`);

type Edge = { node: { id: string; text: string | null; author: { displayName: string } | null } };
type Room = { id: string; syncCursor: string; messages: { edges: Edge[] } };

function Chat() {
  const variables = { slug: searchParams.get('room') ?? 'general' };
  const { data, error } = useQuery<{ roomBySlug: Room | null }>(Page, { variables });
  const room = data?.roomBySlug;
  useSubscription(Added, { variables: { roomId: room?.id, after: room?.syncCursor }, skip: !room });
  const [send] = useMutation(Send);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const text = new FormData(event.currentTarget).get('text');
    void send({ variables: { input: { roomId: room?.id, text } } });
    event.currentTarget.reset();
  }

  if (!room) return error?.message ?? 'Loading…';
  return (
    <form onSubmit={submit}>
      <ol>
        {room.messages.edges.map(({ node }) => (
          <li key={node.id}>{`${node.author?.displayName}: ${node.text}`}</li>
        ))}
      </ol>
      <input name="text" aria-label="Message" autoComplete="off" required />
    </form>
  );
}

createRoot(document.querySelector('main')!).render(
  <ApolloProvider client={client}>
    <Chat />
  </ApolloProvider>,
);
