import { setTimeout as sleep } from 'node:timers/promises';
import { times } from '../times.js';
import { openSignedIn, openSocket, post, sendUnread, subscribe } from './peer.js';

/**
 * Attacks the server and resolves with a remark on its reaction.
 * @typedef {(server: { port: number, api: import('../parley.js').Api }) => Promise<string>} Attack
 */

/** Each attack is limited in count and time. @type {Record<string, { title: string, attack: Attack }>} */
export const attacks = {
  'operation-id': { title: 'two operations with the same id of 200 characters', attack: sameLongId },
  flood: { title: '8,000 operations at once on an anonymous socket', attack: (server) => flood(server, 8000) },
  'large-flood': {
    title: '20,000 operations at once on an anonymous socket',
    attack: (server) => flood(server, 20_000),
  },
  replays: { title: '40 replays of long texts on a socket that does not read', attack: unreadReplays },
  queries: { title: '100 pages of long texts on a socket that does not read', attack: unreadQueries },
  pings: { title: '1,000 pings of 250 KB, no pong is read', attack: unreadPings },
  page: { title: '40 requests for GraphiQL, unread', attack: unreadPages },
  pipeline: { title: '300 pipelined queries over HTTP, unread', attack: unreadPipeline },
  documents: { title: '1,000 documents of 250 KB', attack: largeDocuments },
  errors: { title: '2,000 wrong operations of 20 KB, no error is read', attack: unreadErrors },
  nodes: { title: 'one room 99 times with its newest 100 messages and their reactions', attack: repeatedNodes },
  introspection: { title: 'the full schema 30 times in one query', attack: repeatedIntrospection },
  language: { title: 'Accept-Language with 15,000 spaces', attack: spacesInLanguage },
};

/** @type {Attack} */
async function sameLongId({ port }) {
  const socket = await openSignedIn(port);
  const id = 'é'.repeat(200);
  const message = subscribe(id, 'subscription { viewerEvents { __typename } }');
  socket.send(message);
  socket.send(message);
  await sleep(1000);
  return '';
}

/** @type {(server: { port: number }, count: number) => Promise<string>} */
async function flood({ port }, count) {
  const socket = await openSignedIn(port);
  let closed = 0;
  socket.on('close', (/** @type {number} */ code) => {
    closed = code;
  });
  socket._socket.cork();
  for (let index = 0; index < count; index++) socket.send(subscribe(`${index}`, '{ server { time } }'));
  socket._socket.uncork();
  await sleep(20_000);
  return closed ? `closed with ${closed}` : '';
}

/** Creates a room with `count` messages of 4,000 characters. @param {{ port: number, api: import('../parley.js').Api }} server @param {number} count */
async function longTalk({ port, api }, count) {
  const token = await api.signIn('Mallory');
  const roomId = await api.createRoom(token, 'Long talk');
  const query = 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { id } } }';
  const text = '€'.repeat(4000);
  for (let index = 0; index < count; index++) {
    await post(port, { query, variables: { input: { roomId, text } } }, { authorization: `Bearer ${token}` });
  }
  return { token, roomId };
}

const aliasedTexts = Array.from({ length: 25 }, (_, index) => `t${index}: text`).join(' ');

/** @type {Attack} */
async function unreadReplays({ port, api }) {
  const { token, roomId } = await longTalk({ port, api }, 130);
  const socket = await openSignedIn(port, token);
  const after = await firstCursor({ port, token, roomId });
  socket._socket.pause();
  for (let index = 0; index < 40; index++) {
    const live = `subscription A${index} ($after: StreamCursor) { roomEvents(roomId: "${roomId}", after: $after) {
      events { ... on MessageAddedEvent { message { a${index}: id ${aliasedTexts} } } } } }`;
    socket.send(subscribe(`${index}`, live, { after }));
  }
  await sleep(15_000);
  return '';
}

/** Returns the cursor before the first event, derived from any cursor of the room. @param {{ port: number, token: string, roomId: string }} place */
async function firstCursor({ port, token, roomId }) {
  const query = 'query ($id: ID!) { room(id: $id) { syncCursor } }';
  const { text } = await post(port, { query, variables: { id: roomId } }, { authorization: `Bearer ${token}` });
  const [kind, epoch] = Buffer.from(JSON.parse(text).data.room.syncCursor, 'base64url').toString().split(':');
  // The position before the first event needs no proof of its history.
  return Buffer.from(`${kind}:${epoch}:0`).toString('base64url');
}

/** @type {Attack} */
async function unreadQueries({ port, api }) {
  const { token, roomId } = await longTalk({ port, api }, 100);
  const socket = await openSignedIn(port, token);
  socket._socket.pause();
  const query = `{ room(id: "${roomId}") { messages(last: 100) { nodes { ${aliasedTexts} } } } }`;
  for (let index = 0; index < 100; index++) socket.send(subscribe(`${index}`, query));
  await sleep(15_000);
  return '';
}

/** @type {Attack} */
async function unreadPings({ port }) {
  const socket = await openSocket(port);
  socket._socket.pause();
  const message = JSON.stringify({ type: 'ping', payload: { text: 'x'.repeat(250_000) } });
  for (let index = 0; index < 1000; index++) socket.send(message);
  await sleep(8000);
  return '';
}

/** @type {Attack} */
async function unreadPages({ port }) {
  const request = 'GET /graphql HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\r\n';
  for (let index = 0; index < 40; index++) await sendUnread(port, request);
  await sleep(5000);
  return '';
}

/** @type {Attack} */
async function unreadPipeline({ port, api }) {
  const { token, roomId } = await longTalk({ port, api }, 100);
  const query = encodeURIComponent(`{room(id:"${roomId}"){messages(last:100){nodes{${aliasedTexts}}}}}`);
  const request = `GET /graphql?query=${query} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`;
  await sendUnread(port, request.repeat(300));
  await sleep(15_000);
  return '';
}

/** @type {Attack} */
async function largeDocuments({ port }) {
  const socket = await openSignedIn(port);
  for (let index = 0; index < 1000; index++) {
    socket.send(subscribe(`${index}`, `{ server { version } } # ${index} ${'€'.repeat(83_000)}`));
  }
  await sleep(8000);
  return '';
}

/** @type {Attack} */
async function unreadErrors({ port }) {
  const socket = await openSignedIn(port);
  socket._socket.pause();
  const fields = Array.from({ length: 600 }, (_, index) => `unknown${index}ofThisMuchTooLongName`).join(' ');
  for (let index = 0; index < 2000; index++) socket.send(subscribe(`${index}`, `{ ${fields} }`));
  await sleep(15_000);
  return '';
}

/** Number of messages with reactions; each gets the maximum number of emojis. */
const reactedTo = 40;
const emojis = Array.from({ length: 50 }, (_, index) => `:e${index}:`);

/** @type {Attack} */
async function repeatedNodes({ port, api }) {
  const { token, roomId } = await longTalk({ port, api }, 100);
  const authorization = `Bearer ${token}`;
  const page = `query { room(id: "${roomId}") { messages(last: 100) { nodes { id } } } }`;
  const { text } = await post(port, { query: page }, { authorization });
  const react = 'mutation ($input: ReactionInput!) { addReaction(input: $input) { message { id } } }';
  for (const { id: messageId } of JSON.parse(text).data.room.messages.nodes.slice(-reactedTo)) {
    await times(emojis.length, (index) => {
      const input = { messageId, emoji: emojis[index] };
      return post(port, { query: react, variables: { input } }, { authorization });
    });
  }
  const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Room {
    messages(last: 100) { nodes { reactionGroups { emoji count viewerHasReacted } } } } } }`;
  const startedAt = performance.now();
  const answer = await post(port, { query, variables: { ids: Array(99).fill(roomId) } }, { authorization });
  return answered(answer, startedAt);
}

/** @type {Attack} */
async function repeatedIntrospection({ port }) {
  const fields =
    'types { name description fields { name description args { name description type { name ofType { name ofType { name } } } } type { name ofType { name ofType { name } } } } }';
  const query = `{ ${Array.from({ length: 30 }, (_, index) => `s${index}: __schema { ${fields} }`).join(' ')} }`;
  const startedAt = performance.now();
  return answered(await post(port, { query }), startedAt);
}

/** @type {Attack} */
async function spacesInLanguage({ port }) {
  const headers = { 'accept-language': `x${' '.repeat(15_000)}y` };
  const startedAt = performance.now();
  return answered(await post(port, { query: '{ server { version } }' }, headers), startedAt);
}

/** @param {{ status: number, text: string }} answer @param {number} startedAt */
function answered({ text }, startedAt) {
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(2);
  const code = /"code":"(\w+)"/.exec(text)?.[1];
  return `${code ?? `${(text.length / 2 ** 20).toFixed(1)} MB`} after ${seconds} s`;
}
