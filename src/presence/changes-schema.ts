import { invalidInput } from '../base/errors.ts';
import { globalId, innerId } from '../base/ids.ts';
import { builder } from '../graphql/builder.ts';
import { sized } from '../graphql/costs.ts';
import { followNow } from '../log/follow-now.ts';
import type { PresenceNow } from './room-now.ts';
import { namedAtMost } from './room-presence.ts';
import { PresenceType } from './schema.ts';

/** Rooms of one subscription. */
const maxRooms = 50;

const PresenceUpdate = builder.objectRef<PresenceNow>('PresenceUpdate').implement({
  description: 'Who is in a room right now, or what has changed of that.',
  fields: (t) => ({
    roomId: t.id({ description: 'The room.', resolve: ({ roomId }) => globalId('Room', roomId) }),
    isSnapshot: t.exposeBoolean('isSnapshot', {
      description: 'Whether this stands in place of all that was told of the room before.',
    }),
    onlineCount: t.exposeInt('onlineCount', { description: 'How many users are there now.' }),
    changed: t.field({
      type: [PresenceType],
      complexity: sized(namedAtMost),
      description: 'Who came or looks different; in a snapshot all who are there, of more than 500 users 50.',
      resolve: ({ changed }) => [...changed],
    }),
    wentOffline: t.idList({
      complexity: sized(namedAtMost),
      description: 'Who left, by their ids. Where more than 500 users are, nobody is named.',
      resolve: ({ wentOffline }) => wentOffline.map((id) => globalId('User', id)),
    }),
  }),
});

builder.subscriptionField('presenceChanged', (t) =>
  t.field({
    type: PresenceUpdate,
    description:
      'Who is in rooms: of each a snapshot, then the differences, at most once a second. Not replayed: whoever subscribes anew, or cannot keep up, gets new snapshots. A room falls silent when the viewer’s access to it ends.',
    args: { roomIds: t.arg.idList({ required: true, description: 'Global ids of 1 to 50 rooms.' }) },
    subscribe: (_root, { roomIds }, context) => {
      if (roomIds.length === 0 || roomIds.length > maxRooms) {
        throw invalidInput(`Got ${roomIds.length} rooms; expected 1 to ${maxRooms}.`, ['roomIds'], 'items');
      }
      const wanted = { roomIds: roomIds.map((id) => innerId('Room', id, ['roomIds'])), path: ['roomIds'] };
      return followNow(context, context.services.presence.presenceHubs, wanted);
    },
    resolve: (now: PresenceNow) => now,
  }),
);
