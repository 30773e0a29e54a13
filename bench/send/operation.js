import { randomUUID } from 'node:crypto';

/** The operation of the GraphQL contestants, with the fields that a chat page needs of a message that it sent. */
export const sendMessage = `mutation SendMessage($input: SendMessageInput!) {
  sendMessage(input: $input) {
    message { id sequence text createdAt author { displayName } }
    userErrors { code message }
  }
}`;

/**
 * Sends messages with that operation; rejects if the server refuses.
 * @param {import('../caller.js').Caller} caller
 * @returns {import('./contestants.js').Send}
 */
export function sendingBy(caller) {
  return async (roomId, text) => {
    const { sendMessage: sent } = await caller.ask({ input: { roomId, text, clientMessageId: randomUUID() } });
    if (sent.userErrors.length > 0) throw new Error(`refused: ${sent.userErrors[0].message}`);
    if (!(sent.message.sequence > 0)) throw new Error('a message without a number');
  };
}
