// The backend of a shop: creates its customer in the chat, writes to them, and prints a token for their browser.
//
//   npm install ./parley-client-0.1.0.tgz (docs/clients.md says how to pack it)
//   npm run admin -- key shop             (with the DATA_DIR or DATABASE_URL of the server; prints a key)
//   PARLEY_API_KEY=parley_… node backend.js 42 'Grace Hopper' 'Your order has been sent.' order-7-sent
import { createParley } from 'parley-client';
import {
  CreateSessionForDocument,
  OpenConversationDocument,
  SendMessageDocument,
  UpsertUserDocument,
} from 'parley-client/documents';

const { PARLEY_URL = 'http://127.0.0.1:4000/graphql', PARLEY_API_KEY = '' } = process.env;
if (!PARLEY_API_KEY) throw new Error('PARLEY_API_KEY is missing: `npm run admin -- key shop` prints one.');
// Everything goes over HTTP: a backend that only sends needs no connection.
const parley = createParley({ url: PARLEY_URL, token: PARLEY_API_KEY, webSocket: null });

/**
 * Returns the payload of a mutation, and throws what it calls an error.
 * @template {{ userErrors: readonly { code: string, message: string }[] }} Payload
 * @param {Payload} payload
 */
function accepted(payload) {
  const [error] = payload.userErrors;
  if (error) throw new Error(`${error.code}: ${error.message}`);
  return payload;
}

const [externalId = '42', displayName = 'Grace Hopper', text = 'Welcome!', orderEvent = 'welcome'] =
  process.argv.slice(2);

// The shop's own id of the customer never changes; the name may.
const created = await parley.request(UpsertUserDocument, { input: { externalId, displayName } });
const userId = accepted(created.upsertUser).user?.id ?? '';

const opened = await parley.request(OpenConversationDocument, { input: { kind: 'SUPPORT', userIds: [userId] } });
const roomId = accepted(opened.openConversation).room?.id ?? '';

// The id makes it safe to repeat: a second call with it adds no message.
const sent = await parley.request(SendMessageDocument, { input: { roomId, text, clientMessageId: orderEvent } });
accepted(sent.sendMessage);

// Give this to the customer's browser, as the answer to a request that your own sign-in protects.
const device = { userId, deviceId: 'browser', lifetimeSeconds: 3600 };
const session = await parley.request(CreateSessionForDocument, { input: device });
console.log(accepted(session.createSessionFor).accessToken);
