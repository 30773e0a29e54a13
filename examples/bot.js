// A bot that repeats what follows "!echo ", and goes on where it stopped when it is started again:
//
//   npm install ./parley-client-0.1.0.tgz ws     (docs/clients.md says how to pack it)
//   npm run admin -- key echo             (with the DATA_DIR or DATABASE_URL of the server; prints a key)
//   PARLEY_API_KEY=parley_… node bot.js general
import { createParley } from 'parley-client';
import { JoinRoomDocument, RoomBySlugDocument } from 'parley-client/documents';
import { fileStorage } from 'parley-client/node';
import { WebSocket } from 'ws';

const { PARLEY_URL = 'http://127.0.0.1:4000/graphql', PARLEY_API_KEY = '', BOT_FOLDER = '.bot' } = process.env;
if (!PARLEY_API_KEY) throw new Error('PARLEY_API_KEY is missing: `npm run admin -- key echo` prints one.');
const [slug = 'general'] = process.argv.slice(2);

const parley = createParley({
  url: PARLEY_URL,
  token: PARLEY_API_KEY,
  webSocket: WebSocket, // Node.js 22 and newer have their own
  storage: fileStorage(BOT_FOLDER), // what is not sent yet, and how far the bot has read
});

const { roomBySlug } = await parley.request(RoomBySlugDocument, { slug });
if (!roomBySlug) throw new Error(`There is no room ${slug}.`);
await parley.request(JoinRoomDocument, { input: { roomId: roomBySlug.id } });

const room = parley.room(roomBySlug.id);
console.log(`The bot follows ${slug}.`);
for await (const event of room.events({ remember: 'echo' })) {
  if (event.__typename !== 'MessageAddedEvent') continue;
  const [, text] = /^!echo (.+)/s.exec(event.message.text ?? '') ?? [];
  // The same event gives the same id, so that a bot that is killed after sending does not answer twice.
  if (text) await room.send(text, { replyTo: event.message.id, clientMessageId: `echo ${event.eventNumber}` }).done;
}
