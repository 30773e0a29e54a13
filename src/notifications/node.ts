import { builder } from '../graphql/builder.ts';
import { loaderOf } from '../graphql/loaders.ts';
import type { MessageRow } from '../graphql/nodes.ts';
import { findReadableMessages } from '../messages/history.ts';

/** Rows of their own: an object is a node of one type only. */
const readableNotifications = loaderOf(findReadableMessages, ({ id }) => id);

/** The GraphQL type `Notification`: a message, as it is notified to a member of its room. Both have the same inner id. */
export const NotificationNode = builder.nodeRef<MessageRow>('Notification', {
  id: { resolve: (message) => message.id },
  loadWithoutCache: (id, context) => readableNotifications(context).load(id),
});
