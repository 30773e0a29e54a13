import { membershipShown } from '../../access/membership.ts';
import { standingOf } from '../../access/standing.ts';
import type { Room } from '../../generated/prisma/client.ts';
import { builder } from '../../graphql/builder.ts';
import { MembershipNode, type MembershipRow } from '../../graphql/nodes.ts';
import { accountSql } from './about-message.ts';
import { type EventOf, type RecordedKind, RoomEventInterface } from './event.ts';

/** A membership began or ended, its role changed, or a ban or a mute began or ended. */
export type MembershipChanged = EventOf<'MEMBERSHIP_CHANGED'> & { membership: MembershipRow & { room: Room } };

/** The GraphQL type `MembershipChangedEvent`, an event of the room and, in `viewerEvents`, of its member. */
export const MembershipChangedEvent = builder.objectRef<MembershipChanged>('MembershipChangedEvent').implement({
  description:
    'A user became a member, is no longer a member, or got another role; or a ban or a mute began, changed or ended. For a ban or a mute that has run out, `actor` is null.',
  interfaces: [RoomEventInterface],
  fields: (t) => ({
    membership: t.field({
      type: MembershipNode,
      description: 'The membership that changed.',
      resolve: ({ membership }, _args, context) => membershipShown(context, membership),
    }),
  }),
});

export const membershipChanged: RecordedKind<MembershipChanged> = {
  graphqlType: MembershipChangedEvent,
  propertySql: {
    membership: `
      SELECT to_jsonb(ms) || jsonb_build_object('user', member.body, 'room', room.body) AS value
      FROM "Membership" ms
      LEFT JOIN LATERAL (${accountSql('ms."userId"')}) member ON true
      LEFT JOIN LATERAL (SELECT to_jsonb(r) AS body FROM "Room" r WHERE r."id" = ms."roomId" LIMIT 1) room ON true
      WHERE ms."roomId" = e."roomId" AND ms."userId" = e."userId"`,
  },
  messageOf: () => null,
  revisesMessage: false,
  standingAfter: ({ eventNumber, membership }) => ({
    userId: membership.userId,
    standing: standingOf(membership.room, membership),
    isOutdated: eventNumber < membership.stateEventNumber,
  }),
};
