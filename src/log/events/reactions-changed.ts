import { globalId } from '../../base/ids.ts';
import { builder } from '../../graphql/builder.ts';
import { MessageNode, type MessageRow } from '../../graphql/nodes.ts';
import { aboutMessage } from './about-message.ts';
import { type EventOf, type RecordedKind, RoomEventInterface, type WithEpoch } from './event.ts';

/** Members reacted to a message, or removed reactions: all changes of one message in a group. */
export type ReactionsChanged = EventOf<'REACTIONS_CHANGED'> & { message: MessageRow };

/** The GraphQL type `ReactionsChangedEvent`. */
export const ReactionsChangedEvent = builder.objectRef<WithEpoch<ReactionsChanged>>('ReactionsChangedEvent').implement({
  description: 'Users added or removed reactions to a message. Changes of the same moment are one event.',
  interfaces: [RoomEventInterface],
  fields: (t) => ({
    messageId: t.id({
      description: 'Global id of the message.',
      resolve: ({ message }) => globalId('Message', message.id),
    }),
    message: t.field({
      type: MessageNode,
      description: 'The message with its reactions.',
      resolve: ({ message }) => message,
    }),
  }),
});

export const reactionsChanged: RecordedKind<ReactionsChanged> = {
  ...aboutMessage,
  graphqlType: ReactionsChangedEvent,
  // A reaction does not change the message itself, only its reactions, which are loaded for each result.
  revisesMessage: false,
};
