// The operations of both contestants, with the fields that a chat page needs. Each has a check of the answer.

/** @typedef {{ query: string, check(data: any, expected?: any): boolean }} Operation */

const message = `id sequence text createdAt editedAt
  author { id username displayName avatarUrl }
  reactionGroups { emoji count viewerHasReacted }
  replyTo { id sequence text author { id displayName } }`;
const errors = 'userErrors { code message }';

/** @type {Operation} */
export const sendMessage = {
  query: `mutation ($input: SendMessageInput!) {
    sendMessage(input: $input) { message { id sequence text createdAt author { displayName } } ${errors} }
  }`,
  check: ({ sendMessage: { message: sent } }) => sent.sequence > 0,
};

/** @type {Operation} */
export const signIn = {
  query: `mutation ($input: CreateGuestSessionInput!) {
    createGuestSession(input: $input) { accessToken user { id displayName } ${errors} }
  }`,
  check: ({ createGuestSession: { accessToken } }) => accessToken.length > 20,
};

/** @type {Operation} */
export const joinRoom = {
  query: `mutation ($input: RoomIdInput!) {
    joinRoom(input: $input) { membership { id role state } ${errors} }
  }`,
  check: ({ joinRoom: { membership } }) => membership.state === 'JOINED',
};

/** @type {Operation} */
export const addReaction = {
  query: `mutation ($input: ReactionInput!) {
    addReaction(input: $input) { message { id reactionGroups { emoji count viewerHasReacted } } ${errors} }
  }`,
  check: ({ addReaction: { message: changed } }, expected) =>
    changed.reactionGroups.some(
      (/** @type {any} */ { emoji, viewerHasReacted }) => emoji === expected && viewerHasReacted,
    ),
};

/** @type {Operation} */
export const editMessage = {
  query: `mutation ($input: EditMessageInput!) {
    editMessage(input: $input) { message { id text editedAt author { displayName } } ${errors} }
  }`,
  check: ({ editMessage: { message: changed } }, expected) => changed.text === expected && changed.editedAt !== null,
};

/** @type {Operation} */
export const newestPage = {
  query: `query ($roomId: ID!) {
    room(id: $roomId) {
      id name
      messages(last: 50) { nodes { ${message} } pageInfo { hasPreviousPage startCursor } }
    }
  }`,
  check: ({ room: { messages } }, { lastSequence, reactions, replies }) =>
    messages.nodes.length === 50 &&
    messages.nodes.every(
      (/** @type {any} */ { sequence }, /** @type {number} */ i) => sequence === lastSequence - 49 + i,
    ) &&
    sumOf(messages.nodes, ({ reactionGroups }) => sumOf(reactionGroups, ({ count }) => count)) === reactions &&
    sumOf(messages.nodes, ({ replyTo }) => (replyTo ? 1 : 0)) === replies,
};

/** @type {Operation} */
export const memberships = {
  query: `query {
    viewer {
      memberships(first: 50) {
        nodes {
          id role
          room { id kind name topic latestMessage { id sequence text createdAt author { id displayName } } }
          readState { lastReadSequence unreadCount { value isCapped } }
        }
      }
    }
  }`,
  check: (
    {
      viewer: {
        memberships: { nodes },
      },
    },
    expected,
  ) =>
    nodes.length === 50 &&
    nodes.every((/** @type {any} */ { room }) => room.latestMessage.sequence > 0) &&
    sumOf(nodes, ({ readState }) => readState.unreadCount.value) === expected,
};

/** Throws unless the answer is right. @param {Operation} operation @param {any} data @param {any} [expected] */
export function requireRight({ check }, data, expected) {
  const [payload] = Object.values(data);
  const [error] = payload?.userErrors ?? [];
  if (error) throw new Error(`refused: ${error.code} ${error.message}`);
  if (!check(data, expected)) throw new Error(`a wrong answer: ${JSON.stringify(data).slice(0, 300)}`);
}

/** @param {any[]} items @param {(item: any) => number} numberOf */
function sumOf(items, numberOf) {
  return items.reduce((sum, item) => sum + numberOf(item), 0);
}
