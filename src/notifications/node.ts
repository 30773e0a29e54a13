import { builder } from '../graphql/builder.ts';
import { loaderOf } from '../graphql/loaders.ts';
import type { MessageRow } from '../graphql/nodes.ts';
import { findReadableMessages } from '../messages/history.ts';

/** Loads rows that are not shared with `Message`: an object can be a node of one type only. */
const readableNotifications = loaderOf(findReadableMessages, ({ id }) => id);

/** The GraphQL type `Notification`: a message in the role of a notification. Both have the same inner id. */
export const NotificationNode = builder.nodeRef<MessageRow>('Notification', {
  id: { resolve: (message) => message.id },
  loadWithoutCache: (id, context) => readableNotifications(context).load(id),
});
