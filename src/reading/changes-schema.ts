import { globalId, innerId } from '../base/ids.ts';
import { builder } from '../graphql/builder.ts';
import { followNow } from '../log/follow-now.ts';
import { maxReaders, type ReadNow } from './room-reads.ts';

const ReadStateUpdate = builder.objectRef<ReadNow>('ReadStateUpdate').implement({
  description: 'How far a member of a room has read.',
  fields: (t) => ({
    roomId: t.id({ description: 'The room.', resolve: ({ roomId }) => globalId('Room', roomId) }),
    userId: t.id({ description: 'The member.', resolve: ({ userId }) => globalId('User', userId) }),
    lastReadSequence: t.exposeInt('lastReadSequence', {
      description: 'Number of the last message that they have read; only ever grows.',
    }),
  }),
});

builder.subscriptionField('readStateChanged', (t) =>
  t.field({
    type: ReadStateUpdate,
    description: `How far the members of a room have read, for its members: each at once, then who reads on, of each member once a second at most. Members who hide are left out. Silent in rooms with more than ${maxReaders} members. Completes when the viewer is a member no more.`,
    args: { roomId: t.arg.id({ required: true, description: 'Global id of the room.' }) },
    subscribe: (_root, { roomId }, context) =>
      followNow(context, context.services.reading.hubs, {
        roomIds: [innerId('Room', roomId, ['roomId'])],
        path: ['roomId'],
      }),
    resolve: (now: ReadNow) => now,
  }),
);
