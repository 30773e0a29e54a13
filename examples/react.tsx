// A chat with the hooks of parley-client: `npx vite`, then http://localhost:5173/react.html
import { createParley } from 'parley-client';
import { RoomBySlugDocument } from 'parley-client/documents';
import { ParleyProvider, useConnection, useMessages, useRoom, useSend, useTyping } from 'parley-client/react';
import { indexedDbStorage } from 'parley-client/storage';
import type { FormEvent } from 'react';
import { createRoot } from 'react-dom/client';
import { guestToken } from './guest.js';

const { searchParams } = new URL(location.href);
const url = searchParams.get('server') ?? 'http://127.0.0.1:4000/graphql';
const parley = createParley({ url, token: guestToken(url, 'Reader'), storage: indexedDbStorage('chat') });

function Chat({ id }: { id: string }) {
  const { room } = useRoom(id);
  const { items, hasOlder, loadOlder } = useMessages(id);
  const typists = useTyping(id);
  const connection = useConnection();
  const isLost = 'lost' in connection && connection.lost;
  const send = useSend(id);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    send(String(new FormData(event.currentTarget).get('text')));
    event.currentTarget.reset();
  }

  // In the direction column-reverse, the browser keeps the newest message in view until the reader scrolls.
  return (
    <>
      <button type="button" disabled={!hasOlder} onClick={loadOlder}>
        Older messages
      </button>
      <div style={{ height: '20rem', overflow: 'auto', display: 'flex', flexDirection: 'column-reverse' }}>
        <ol>
          {items.map(({ id, author, text, sending }) => (
            <li key={id} data-state={sending?.status}>
              {author?.displayName}: {text ?? '…'}
            </li>
          ))}
        </ol>
      </div>
      <p role="status">{isLost ? 'Connecting…' : typists.map((user) => `${user.displayName} is typing. `)}</p>
      <form onSubmit={submit}>
        <input name="text" aria-label="Message" autoComplete="off" required onInput={() => room.typing()} />
        <button type="submit">Send</button>
      </form>
    </>
  );
}

const { roomBySlug } = await parley.request(RoomBySlugDocument, { slug: searchParams.get('room') ?? 'general' });
createRoot(document.querySelector('main')!).render(
  <ParleyProvider client={parley}>
    {roomBySlug ? <Chat id={roomBySlug.id} /> : 'There is no such room.'}
  </ParleyProvider>,
);
