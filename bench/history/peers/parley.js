// Parley: a guest sends requests to its compiled server over HTTP.
import { globalId } from '../../guests.js';
import { HttpCaller } from '../../http-caller.js';
import { openParley, path } from '../../parley.js';
import { joinHalfRead } from '../fill.js';

const messages = '{ nodes { id sequence text createdAt author { displayName } } }';
const newest = `query ($id: ID!) { room(id: $id) { messages(last: 50) ${messages} } }`;
const middle = `query ($id: ID!, $after: String!) { room(id: $id) { messages(first: 50, after: $after) ${messages} } }`;
const unread = `{
  viewer {
    unread { rooms { value } messages { value isCapped } }
    memberships(first: 100) { nodes { room { id name } readState { lastReadSequence unreadCount { value isCapped } } } }
  }
}`;
const whoAmI = '{ viewer { user { id } } }';

/** @type {(options: import('../contestants.js').StartOptions) => Promise<import('../contestants.js').Target>} */
export async function startParley({ parley, dataDir, databaseUrl, rooms }) {
  const { pid, port, api, stop } = await openParley({ parley, dataDir, databaseUrl });
  const caller = new HttpCaller({ port, path, token: await api.signIn('Reader') });
  const { viewer } = await caller.ask(whoAmI, {});
  await joinHalfRead(databaseUrl, { userId: innerId(viewer.user.id), rooms });
  const page = async (/** @type {string} */ query, /** @type {object} */ variables) => {
    const { room } = await caller.ask(query, variables);
    return room.messages.nodes.map((/** @type {{ sequence: number }} */ { sequence }) => sequence);
  };
  return {
    pid,
    newest: ({ id }) => page(newest, { id: globalId('Room', id) }),
    // The same cursor as the edge of an earlier page.
    middle: ({ id, messages: count }) =>
      page(middle, { id: globalId('Room', id), after: globalId('message', String(count / 2)) }),
    unread: async () => {
      const { nodes } = (await caller.ask(unread, {})).viewer.memberships;
      return nodes.map((/** @type {any} */ { readState }) => readState.unreadCount.value);
    },
    stop: async () => {
      caller.close();
      await stop();
    },
  };
}

/** @param {string} id */
function innerId(id) {
  return Buffer.from(id, 'base64url').toString().split(':')[1];
}
