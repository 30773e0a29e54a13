import { builder } from '../builder.ts';
import type { MembershipRow } from '../events.ts';
import type { RoomRow } from './closed.ts';
import { readableMemberships, readableRooms } from './membership.ts';

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
