import { builder } from '../builder.ts';
import type { MessageRow } from '../events.ts';
import { findReadableMessages } from './history.ts';

/** The GraphQL type `Message`; a field of it may answer with a row or with an id, null if the viewer may not see it. */
export const MessageNode = builder.loadableNodeRef('Message', {
  id: { resolve: (message: MessageRow) => message.id },
  load: (ids: string[], context): Promise<MessageRow[]> => findReadableMessages(context, ids),
  sort: (message) => message.id,
});
