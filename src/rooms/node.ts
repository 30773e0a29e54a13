import { builder } from '../builder.ts';
import type { MembershipRow } from '../events.ts';
import type { RoomRow } from './closed.ts';
import { findReadableMemberships, readableRooms } from './membership.ts';

/** The GraphQL type `Room`; a field of it may answer with a row or with an id, null if the viewer may not see it. */
export const RoomNode = builder.loadableNodeRef('Room', {
  id: { resolve: (room: RoomRow) => room.id },
  load: (ids: string[], context): Promise<RoomRow[]> => readableRooms(context).loadMany(ids) as Promise<RoomRow[]>,
});

/** The GraphQL type `RoomMembership`, likewise. */
export const MembershipNode = builder.loadableNodeRef('RoomMembership', {
  id: { resolve: (membership: MembershipRow) => membership.id },
  load: (ids: string[], context): Promise<MembershipRow[]> => findReadableMemberships(context, ids),
  sort: (membership) => membership.id,
});
