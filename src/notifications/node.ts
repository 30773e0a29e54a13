import { builder } from '../builder.ts';
import type { MessageRow } from '../events.ts';
import { findReadableMessages } from '../messages/history.ts';

/** The GraphQL type `Notification`: a message, as it is notified to a member of its room. Both have the same inner id. */
export const NotificationNode = builder.loadableNodeRef('Notification', {
  id: { resolve: (message: MessageRow) => message.id },
  load: (ids: string[], context): Promise<MessageRow[]> => findReadableMessages(context, ids),
  sort: (message) => message.id,
});
