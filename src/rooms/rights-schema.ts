import { viewerMemberships } from '../access/membership.ts';
import { permissionsOf, type RoomPermission, roomPermissions } from '../access/rights.ts';
import type { Membership } from '../generated/prisma/client.ts';
import { builder } from '../graphql/builder.ts';
import type { Context } from '../graphql/context.ts';
import { sized } from '../graphql/costs.ts';
import { RoomNode, type RoomRow } from '../graphql/nodes.ts';

export const PostingPolicyEnum = builder.enumType('PostingPolicy', {
  description: 'Who may send messages to a room.',
  values: {
    MEMBERS: { description: 'All members. In a public room, everybody who joins.' },
    MODERATORS: { description: 'Only owners and moderators. Other members read and react.' },
  },
});

const descriptions: Record<RoomPermission, string> = {
  READ: 'Read the room.',
  SEND_MESSAGE: 'Send messages. A user who is not yet a member joins by that.',
  REACT: 'Add and remove reactions.',
  EDIT_OWN: 'Edit own messages.',
  DELETE_OWN: 'Delete own messages.',
  DELETE_ANY: 'Delete messages of other users.',
  ADD_MEMBERS: 'Add users.',
  REMOVE_MEMBERS: 'Remove members. Moderators remove only members who are neither owner nor moderator.',
  BAN: 'Ban users and end bans. Moderators ban only users who are neither owner nor moderator.',
  MUTE: 'Mute members and end mutes. Moderators mute only members who are neither owner nor moderator.',
  SET_ROLES: 'Give roles to members.',
  UPDATE_ROOM: 'Change name, topic, picture, posting policy and slow mode.',
  ARCHIVE_ROOM: 'Archive the room and reopen it.',
};

const RoomPermissionEnum = builder.enumType('RoomPermission', {
  description: 'What a user may do in a room. The table of rights says who may do what: docs/rights.md.',
  values: Object.fromEntries(
    Object.entries(descriptions).map(([name, description]) => [name, { description }]),
  ) as Record<RoomPermission, { description: string }>,
});

builder.objectFields(RoomNode, (t) => ({
  postingPolicy: t.expose('postingPolicy', {
    type: PostingPolicyEnum,
    description: 'Who may send messages.',
  }),
  slowModeSeconds: t.exposeInt('slowModeSeconds', {
    description: 'Seconds that a member waits between two messages; 0 for none. Moderators do not wait.',
  }),
  viewerPermissions: t.field({
    type: [RoomPermissionEnum],
    complexity: sized(roomPermissions.length),
    description: 'What the viewer may do here now, so that clients can show exactly those controls.',
    extensions: { dependsOn: 'viewer' },
    resolve: (room, _args, context) => {
      if (room.isRedacted) return [];
      const { viewerMembership: known } = room;
      if (known !== undefined) return permissionsIn(context, room, known);
      return viewerMemberships(context)
        .load(room.id)
        .then((own) => permissionsIn(context, room, own));
    },
  }),
}));

function permissionsIn({ viewer }: Context, room: RoomRow, own: Membership | null): RoomPermission[] {
  return permissionsOf(room, own, { isAdmin: viewer?.isAdmin ?? false });
}
