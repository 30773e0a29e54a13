import { globalId, innerId } from '../base/ids.ts';
import { builder } from '../graphql/builder.ts';
import { whileSignedIn } from '../sessions/while-signed-in.ts';
import type { ReadPosition } from './member-positions.ts';
import { maxReaders } from './read-position-state.ts';

const ReadStateUpdate = builder.objectRef<ReadPosition>('ReadStateUpdate').implement({
  description: 'How far a member of a room has read.',
  fields: (t) => ({
    roomId: t.id({ description: 'Global id of the room.', resolve: ({ roomId }) => globalId('Room', roomId) }),
    userId: t.id({ description: 'Global id of the member.', resolve: ({ userId }) => globalId('User', userId) }),
    lastReadSequence: t.exposeInt('lastReadSequence', {
      description: 'Number of the last message that the member has read. It never decreases.',
    }),
  }),
});

builder.subscriptionField('readStateChanged', (t) =>
  t.field({
    type: ReadStateUpdate,
    description: `How far the members of a room have read; for members only. Sends the position of each member immediately, then each change, at most once per second and member. Leaves out members who hide. Sends nothing in rooms with more than ${maxReaders} members. Completes when the viewer is no longer a member.`,
    args: { roomId: t.arg.id({ required: true, description: 'Global id of the room.' }) },
    subscribe: async (_root, { roomId }, context) => {
      const room = { roomIds: [innerId('Room', roomId, ['roomId'])], path: ['roomId'] };
      return whileSignedIn(context, await context.services.reading.follow(context, room));
    },
    resolve: (now: ReadPosition) => now,
  }),
);
