import { builder } from '../builder.ts';
import type { MembershipRow } from '../events.ts';
import type { Room } from '../generated/prisma/client.ts';
import { findReadableMemberships, readableRooms } from './membership.ts';

/** The GraphQL type `Room`; a field of it may answer with a row or with an id, null if the viewer may not see it. */
export const RoomNode = builder.loadableNodeRef('Room', {
  id: { resolve: (room: Room) => room.id },
  load: (ids: string[], context): Promise<Room[]> => readableRooms(context).loadMany(ids) as Promise<Room[]>,
});

/** The GraphQL type `RoomMembership`, likewise. */
export const MembershipNode = builder.loadableNodeRef('RoomMembership', {
  id: { resolve: (membership: MembershipRow) => membership.id },
  load: (ids: string[], context): Promise<MembershipRow[]> => findReadableMemberships(context, ids),
  sort: (membership) => membership.id,
});
