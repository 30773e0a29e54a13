import type { RoomRow } from '../access/closed.ts';
import { readableMemberships, readableRooms } from '../access/membership.ts';
import { builder } from '../graphql/builder.ts';
import type { MembershipRow } from '../log/events.ts';

/** The GraphQL type `Room`. */
export const RoomNode = builder.nodeRef<RoomRow>('Room', {
  id: { resolve: (room) => room.id },
  loadWithoutCache: (id, context) => readableRooms(context).load(id),
});

/** The GraphQL type `RoomMembership`. */
export const MembershipNode = builder.nodeRef<MembershipRow>('RoomMembership', {
  id: { resolve: (membership) => membership.id },
  loadWithoutCache: (id, context) => readableMemberships(context).load(id),
});
