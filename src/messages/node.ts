import { builder } from '../graphql/builder.ts';
import type { MessageRow } from '../log/events.ts';
import { readableMessages } from './history.ts';

/** The GraphQL type `Message`. */
export const MessageNode = builder.nodeRef<MessageRow>('Message', {
  id: { resolve: (message) => message.id },
  loadWithoutCache: (id, context) => readableMessages(context).load(id),
});

/** The GraphQL type `MessageEdge`. */
export const MessageEdge = builder.edgeObject({
  type: MessageNode,
  name: 'MessageEdge',
  description: 'A message in a page.',
});
