import { invalidInput } from '../base/errors.ts';
import { globalId, innerId } from '../base/ids.ts';
import { builder } from '../graphql/builder.ts';
import { sized } from '../graphql/costs.ts';
import { whileSignedIn } from '../sessions/while-signed-in.ts';
import type { PresenceUpdate } from './presence-state.ts';
import { namedAtMost } from './room-presence.ts';
import { PresenceType } from './schema.ts';

/** The most rooms in one subscription. */
const maxRooms = 50;

const PresenceUpdateType = builder.objectRef<PresenceUpdate>('PresenceUpdate').implement({
  description: 'A snapshot of the users who are present in a room, or a change since the last update.',
  fields: (t) => ({
    roomId: t.id({ description: 'Global id of the room.', resolve: ({ roomId }) => globalId('Room', roomId) }),
    isSnapshot: t.exposeBoolean('isSnapshot', {
      description: 'Whether this is a snapshot, which replaces all earlier updates of the room.',
    }),
    onlineCount: t.exposeInt('onlineCount', { description: 'Number of users who are present in the room now.' }),
    changed: t.field({
      type: [PresenceType],
      complexity: sized(namedAtMost),
      description:
        'The users who arrived, or whose presence changed. A snapshot contains all users who are present. If more than 500 users are present, a snapshot contains 50 of them, and later updates contain none.',
      resolve: ({ changed }) => [...changed],
    }),
    wentOffline: t.idList({
      complexity: sized(namedAtMost),
      description: 'Global ids of the users who are no longer present. Empty if more than 500 users are present.',
      resolve: ({ wentOffline }) => wentOffline.map((id) => globalId('User', id)),
    }),
  }),
});

builder.subscriptionField('presenceChanged', (t) =>
  t.field({
    type: PresenceUpdateType,
    description:
      'The users who are present in the given rooms. Sends a snapshot for each room, then changes, at most once per second and room. Replays nothing: a new subscription begins with snapshots, and a client that reads too slowly gets new snapshots. When the viewer’s access to a room ends, nothing more is sent for that room.',
    args: { roomIds: t.arg.idList({ required: true, description: 'Global ids of 1 to 50 rooms.' }) },
    subscribe: async (_root, { roomIds }, context) => {
      if (roomIds.length === 0 || roomIds.length > maxRooms) {
        throw invalidInput(`Got ${roomIds.length} rooms; expected 1 to ${maxRooms}.`, ['roomIds'], 'items');
      }
      const wanted = { roomIds: roomIds.map((id) => innerId('Room', id, ['roomIds'])), path: ['roomIds'] };
      return whileSignedIn(context, await context.services.presence.followPresence(context, wanted));
    },
    resolve: (update: PresenceUpdate) => update,
  }),
);
