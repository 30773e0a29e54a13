import { WebSocket } from 'ws';
import { createParley } from '../../src/client.ts';
import { fileStorage } from '../../src/node.ts';

/** Sends messages to a room until it is killed, and tells the parent of each that was accepted. Offline without a token. */
const { URL: url, TOKEN, ROOM: roomId, NAME: name, FOLDER: folder } = process.env as Record<string, string>;
const token = () => TOKEN || Promise.reject(new Error('offline'));
const parley = createParley({ url: url!, token, webSocket: WebSocket, storage: fileStorage(folder!) });
parley.connect();
if (TOKEN)
  await new Promise<void>((resolve) => {
    parley.session.subscribe(() => parley.session.get().status === 'signed-in' && resolve());
  });
for (let n = 1; ; n++) {
  const text = `${name} ${n}`;
  parley.room(roomId!).send(text);
  process.send!(text);
  await new Promise((resolve) => setTimeout(resolve, 1));
}
