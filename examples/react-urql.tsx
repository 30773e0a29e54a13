// A chat with urql and Graphcache: your own operations, and a list that is complete after each cut.
import { cacheExchange } from '@urql/exchange-graphcache';
import { createParley } from 'parley-client';
import { parleyCache, parleyExchange } from 'parley-client/urql';
import type { FormEvent } from 'react';
import { createRoot } from 'react-dom/client';
import { Client, fetchExchange, gql, Provider, useMutation, useQuery, useSubscription } from 'urql';
import { guestToken } from './guest.js';

const { searchParams } = new URL(location.href);
const url = searchParams.get('server') ?? 'http://127.0.0.1:4000/graphql';
const parley = createParley({ url, token: guestToken(url, 'Reader') });
const exchanges = [cacheExchange(parleyCache()), parleyExchange(parley), fetchExchange];
const client = new Client({ url, preferGetMethod: false, exchanges });

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

function Chat() {
  const [{ data, error }] = useQuery({ query: Page, variables: { slug: searchParams.get('room') ?? 'general' } });
  const room = data?.roomBySlug;
  useSubscription({ query: Added, variables: { roomId: room?.id, after: room?.syncCursor }, pause: !room });
  const [, send] = useMutation(Send);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const text = new FormData(event.currentTarget).get('text');
    void send({ input: { roomId: room.id, text } });
    event.currentTarget.reset();
  }

  if (!room) return error?.message ?? 'Loading…';
  return (
    <form onSubmit={submit}>
      <ol>
        {room.messages.edges.map(({ node }: Edge) => (
          <li key={node.id}>{`${node.author?.displayName}: ${node.text}`}</li>
        ))}
      </ol>
      <input name="text" aria-label="Message" autoComplete="off" required />
    </form>
  );
}

type Edge = { node: { id: string; text: string | null; author: { displayName: string } | null } };

createRoot(document.querySelector('main')!).render(
  <Provider value={client}>
    <Chat />
  </Provider>,
);
