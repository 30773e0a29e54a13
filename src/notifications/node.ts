import { builder } from '../graphql/builder.ts';
import { loaderOf } from '../graphql/loaders.ts';
import type { MessageRow } from '../graphql/nodes.ts';
import { findReadableMessages } from '../messages/history.ts';

/** Loads messages into objects of their own, which `Message` does not use: Pothos ties an object to one node type. */
const readableNotifications = loaderOf(findReadableMessages, ({ id }) => id);

/** The GraphQL type `Notification`: a message in the role of a notification. Its inner id is that of the message. */
export const NotificationNode = builder.nodeRef<MessageRow>('Notification', {
  id: { resolve: (message) => message.id },
  loadWithoutCache: (id, context) => readableNotifications(context).load(id),
});
