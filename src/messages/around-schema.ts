import { builder } from '../graphql/builder.ts';
import { pageOf } from '../graphql/costs.ts';
import { RoomNode } from '../graphql/nodes.ts';
import { messagesAround } from './around.ts';
import { MessageConnection } from './schema.ts';

builder.objectField(RoomNode, 'messagesAround', (t) =>
  t.field({
    type: MessageConnection,
    complexity: ({ before, after }) => pageOf({ first: before + 1 + after }),
    description:
      'The page around a message, to jump to it, oldest first. `messages` continues from its cursors in both directions.',
    args: {
      sequence: t.arg.int({
        required: true,
        description:
          'Number of the message, 0 or more. A number above that of the newest message means the newest message; 0 means the start of the room.',
      }),
      before: t.arg.int({
        required: true,
        defaultValue: 25,
        description: 'Maximum number of messages before the message, 0 or more.',
      }),
      after: t.arg.int({
        required: true,
        defaultValue: 25,
        description: 'Maximum number of messages after the message. `before` and `after` add up to 99 at most.',
      }),
    },
    resolve: (room, around, context, info) => messagesAround(context, room, { around, info }),
  }),
);
