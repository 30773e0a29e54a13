import { globalId } from '../../base/ids.ts';
import { builder } from '../../graphql/builder.ts';
import { MessageNode, type MessageRow } from '../../graphql/nodes.ts';
import { aboutMessage } from './about-message.ts';
import { type EventOf, type RecordedKind, RoomEventInterface, type WithEpoch } from './event.ts';

/** The author or a moderator deleted the text and the reactions of a message. */
export type MessageDeleted = EventOf<'MESSAGE_DELETED'> & { message: MessageRow };

export const messageDeleted: RecordedKind<MessageDeleted> = {
  ...aboutMessage,
  graphqlType: builder.objectRef<WithEpoch<MessageDeleted>>('MessageDeletedEvent').implement({
    description: 'A message was deleted. It keeps its number and loses its text.',
    interfaces: [RoomEventInterface],
    fields: (t) => ({
      messageId: t.id({
        description: 'Global id of the message.',
        resolve: ({ message }) => globalId('Message', message.id),
      }),
      message: t.field({
        type: MessageNode,
        description:
          'The message without its text. If a client caches objects by id, this object replaces the one with the text.',
        resolve: ({ message }) => message,
      }),
    }),
  }),
  revisesMessage: true,
};
