let sequence = 0;

/** Creates the message that every peer sends, with the fields of a chat message. @param {string} text */
export function newMessage(text) {
  sequence += 1;
  return {
    id: Buffer.from(`Message:01980000-0000-7000-8000-${String(sequence).padStart(12, '0')}`).toString('base64url'),
    sequence,
    text,
    createdAt: new Date().toISOString(),
    author: { displayName: 'Sender' },
  };
}

/** The schema of the GraphQL peers. */
export const typeDefs = `
  type User { displayName: String! }
  type Message { id: ID! sequence: Int! text: String! createdAt: String! author: User! }
  type MessageAddedEvent { message: Message! }
  type Query { version: String! }
  type Subscription { messageAdded(roomId: ID!): MessageAddedEvent! }
`;
