import * as operations from './operations.js';

const emojis = ['👍', '🎉', '😂', '😮', '😢', '🔥', '👏', '🙏', '🚀', '👀', '💯', '✅'];
const reactedMessages = 20;

/**
 * What is measured.
 * @typedef {object} Measurement
 * @property {import('./crowd.js').Client[]} clients
 * @property {import('./crowd.js').Client[]} [warmUp] other clients that run before; by default the same
 * @property {Stored} [stored]
 */
/** What the database must contain afterwards: the number that `sql` returns is that of the operations. @typedef {{ sql: string, values: unknown[] }} Stored */

/** @type {Record<string, (crowd: import('./crowd.js').Crowd, size: any) => Promise<Measurement>>} */
export const scenarios = { 'sign-in': signIn, join, react, edit, page, memberships };

/** Guests sign in over HTTP. @param {import('./crowd.js').Crowd} crowd @param {{ httpClients: number }} size */
async function signIn(crowd, { httpClients }) {
  const variables = { input: { displayName: 'A new guest' } };
  return {
    clients: crowd.overHttp(Array(httpClients).fill(null)).map((caller) => async () => {
      operations.requireRight(operations.signIn, await caller.ask(operations.signIn.query, variables));
    }),
    stored: {
      sql: `SELECT count(*)::int FROM "Session" JOIN "User" ON "User"."id" = "userId" WHERE "displayName" = $1`,
      values: ['A new guest'],
    },
  };
}

/** Everybody joins one stream at once. @param {import('./crowd.js').Crowd} crowd @param {{ warmUpViewers: number }} size */
async function join(crowd, { warmUpViewers }) {
  const { viewers, streams } = crowd.community;
  const callers = await crowd.connect(viewers);
  const joining = (/** @type {string} */ stream) => (/** @type {import('../caller.js').Caller} */ caller) => {
    const input = { roomId: crowd.target.idOf('Room', stream) };
    return once(() => mutate(caller, operations.joinRoom, input));
  };
  return {
    warmUp: callers.slice(0, warmUpViewers).map(joining(streams[0])),
    clients: callers.map(joining(streams[1])),
    stored: { sql: `SELECT count(*)::int FROM "Membership" WHERE "roomId" = ANY($1)`, values: [streams] },
  };
}

/** Every regular reacts to 20 messages of one room, with one emoji after the other. @param {import('./crowd.js').Crowd} crowd */
async function react(crowd) {
  const { regulars, busy } = crowd.community;
  const ids = busy.messages.slice(0, reactedMessages).map((id) => crowd.target.idOf('Message', id));
  const callers = await crowd.connect(regulars);
  return {
    clients: callers.map((caller, index) => {
      let number = 0;
      return () => {
        const emoji = emojis[Math.floor(number / ids.length)];
        const messageId = ids[(index + number++) % ids.length];
        return emoji ? mutate(caller, operations.addReaction, { messageId, emoji }, emoji) : null;
      };
    }),
    stored: { sql: `SELECT count(*)::int FROM "Reaction" WHERE "roomId" = $1`, values: [busy.id] },
  };
}

/** Every regular edits its own message in one room, again and again. @param {import('./crowd.js').Crowd} crowd */
async function edit(crowd) {
  const { regulars, busy } = crowd.community;
  const callers = await crowd.connect(regulars);
  return {
    clients: callers.map((caller, index) => {
      const messageId = crowd.target.idOf('Message', busy.messages[index]);
      let version = 1;
      return () => {
        const text = `Version ${++version}`;
        return mutate(caller, operations.editMessage, { messageId, text }, text);
      };
    }),
    stored: {
      sql: `SELECT sum(substring("text" FROM '\\d+')::int - 1)::int AS count FROM "Message" WHERE "roomId" = $1 AND "editedAt" IS NOT NULL`,
      values: [busy.id],
    },
  };
}

/** Regulars read the newest page of one room after the other, over HTTP. @param {import('./crowd.js').Crowd} crowd @param {{ httpClients: number }} size */
async function page(crowd, { httpClients }) {
  const { regulars, rooms } = crowd.community;
  return {
    clients: crowd.overHttp(regulars.slice(0, httpClients)).map((caller, index) => {
      let number = index;
      return async () => {
        const room = rooms[number++ % rooms.length];
        const variables = { roomId: crowd.target.idOf('Room', room.id) };
        operations.requireRight(operations.newestPage, await caller.ask(operations.newestPage.query, variables), room);
      };
    }),
  };
}

/** Regulars list their memberships, over HTTP. @param {import('./crowd.js').Crowd} crowd @param {{ httpClients: number }} size */
async function memberships(crowd, { httpClients }) {
  const { regulars, unread } = crowd.community;
  return {
    clients: crowd.overHttp(regulars.slice(0, httpClients)).map((caller, index) => async () => {
      const { query } = operations.memberships;
      operations.requireRight(operations.memberships, await caller.ask(query, {}), unread[index]);
    }),
  };
}

/** @param {import('../caller.js').Caller} caller @param {operations.Operation} operation @param {object} input @param {unknown} [expected] */
async function mutate(caller, operation, input, expected) {
  operations.requireRight(operation, await caller.ask({ query: operation.query, variables: { input } }), expected);
}

/** @param {() => Promise<void>} start @returns {import('./crowd.js').Client} */
function once(start) {
  let isDone = false;
  return () => {
    if (isDone) return null;
    isDone = true;
    return start();
  };
}
