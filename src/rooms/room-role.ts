import { builder } from '../graphql/builder.ts';

/** The GraphQL type `RoomRole`. */
export const RoomRoleEnum = builder.enumType('RoomRole', {
  description: 'What a member is allowed to do in a room.',
  values: {
    OWNER: { description: 'May do everything, including archiving the room.' },
    MODERATOR: {
      description:
        'May also change the room, delete messages of other users, and remove, ban and mute members who are neither owner nor moderator.',
    },
    MEMBER: { description: 'May read and write.' },
  },
});
