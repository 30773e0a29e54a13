import { builder } from '../../graphql/builder.ts';
import { MessageNode, type MessageRow } from '../../graphql/nodes.ts';
import { aboutMessage } from './about-message.ts';
import { type EventOf, type RecordedKind, RoomEventInterface, type WithEpoch } from './event.ts';

/** The author edited a message. */
export type MessageUpdated = EventOf<'MESSAGE_UPDATED'> & { message: MessageRow };

export const messageUpdated: RecordedKind<MessageUpdated> = {
  ...aboutMessage,
  graphqlType: builder.objectRef<WithEpoch<MessageUpdated>>('MessageUpdatedEvent').implement({
    description: 'A message was edited.',
    interfaces: [RoomEventInterface],
    fields: (t) => ({
      message: t.field({ type: MessageNode, description: 'The message.', resolve: ({ message }) => message }),
    }),
  }),
  revisesMessage: true,
};
