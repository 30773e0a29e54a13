import type { Room } from '../generated/prisma/client.ts';
import { payloadType } from '../graphql/mutations.ts';
import { MembershipNode, type MembershipRow, RoomNode } from '../graphql/nodes.ts';
import { readableRooms } from './membership.ts';

/** The GraphQL type `MembershipPayload`. Its `room` may be given as a row or as an id. */
export const MembershipPayload = payloadType<{ membership: MembershipRow; room: Room | string | null }>(
  'MembershipPayload',
  'A membership that was created or changed.',
  (t) => ({
    membership: t.field({
      type: MembershipNode,
      nullable: true,
      description: 'The membership after the change; null if the mutation failed.',
      resolve: ({ membership }) => membership,
    }),
    room: t.field({
      type: RoomNode,
      nullable: true,
      description: 'The room; null if the viewer can no longer see it, or if the mutation failed.',
      resolve: ({ room }, _args, context) => (typeof room === 'string' ? readableRooms(context).load(room) : room),
    }),
  }),
);
