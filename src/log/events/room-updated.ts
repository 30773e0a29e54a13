import { asShown } from '../../access/membership.ts';
import type { Room } from '../../generated/prisma/client.ts';
import { builder } from '../../graphql/builder.ts';
import { RoomNode } from '../../graphql/nodes.ts';
import { type EventOf, type RecordedKind, RoomEventInterface, type WithEpoch } from './event.ts';

/** Name, topic or picture of the room changed, or it was archived. */
export type RoomUpdated = EventOf<'ROOM_UPDATED'> & { room: Room };

export const roomUpdated: RecordedKind<RoomUpdated> = {
  graphqlType: builder.objectRef<WithEpoch<RoomUpdated>>('RoomUpdatedEvent').implement({
    description: 'The name, topic or picture of the room changed, or the room was archived.',
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
