import { builder } from '../graphql/builder.ts';
import { cursorOf } from '../graphql/connections.ts';
import { MessageNode, type MessageRow } from '../graphql/nodes.ts';
import { bySequence } from './history.ts';

/** The GraphQL type `MessageEdge`. */
export const MessageEdge = builder.edgeObject({
  type: MessageNode,
  name: 'MessageEdge',
  description: 'A message in a page.',
});

/** Returns the message with its page cursor. */
export function messageEdge(message: MessageRow) {
  return { cursor: cursorOf(bySequence, message), node: message };
}
