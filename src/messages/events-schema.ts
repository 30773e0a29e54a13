import { limits } from '../base/limits.ts';
import { builder } from '../graphql/builder.ts';
import { sized } from '../graphql/costs.ts';
import { MessageAddedEvent } from '../log/events/message-added.ts';
import { ReactionsChangedEvent } from '../log/events/reactions-changed.ts';
import { MessageEdge, messageEdge } from './edge.ts';
import { ReactionGroupType, reactionGroupsOf } from './reactions.ts';

builder.objectField(MessageAddedEvent, 'messageEdge', (t) =>
  t.field({
    type: MessageEdge,
    description: 'The message with its page cursor, for clients that add it to a connection in their cache.',
    resolve: ({ message }) => messageEdge(message),
  }),
);

builder.objectField(ReactionsChangedEvent, 'reactionGroups', (t) =>
  t.field({
    type: [ReactionGroupType],
    complexity: sized(limits.emojisPerMessage),
    description: 'All reactions to the message.',
    resolve: ({ message }, _args, context) => reactionGroupsOf(context, message),
  }),
);
