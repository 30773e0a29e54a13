import { asShown } from '../../access/membership.ts';
import type { Room } from '../../generated/prisma/client.ts';
import { builder } from '../../graphql/builder.ts';
import { RoomNode } from '../../graphql/nodes.ts';
import { type EventOf, type RecordedKind, RoomEventInterface, type WithEpoch } from './event.ts';

/** The room's properties or rules changed, or it was archived or reopened. */
export type RoomUpdated = EventOf<'ROOM_UPDATED'> & { room: Room };

export const roomUpdated: RecordedKind<RoomUpdated> = {
  graphqlType: builder.objectRef<WithEpoch<RoomUpdated>>('RoomUpdatedEvent').implement({
    description:
      'The name, topic, picture, posting policy or slow mode of the room changed, or the room was archived or reopened.',
    interfaces: [RoomEventInterface],
    fields: (t) => ({
      room: t.field({
        type: RoomNode,
        description: 'The room.',
        resolve: ({ room }, _args, context) => asShown(context, room),
      }),
    }),
  }),
  propertySql: { room: `SELECT to_jsonb(r) AS value FROM "Room" r WHERE r."id" = e."roomId"` },
  messageOf: () => null,
  revisesMessage: false,
  standingAfter: () => null,
};
