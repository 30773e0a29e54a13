import { MembershipPayload } from '../access/membership-payload.ts';
import { builder } from '../graphql/builder.ts';
import { sized } from '../graphql/costs.ts';
import { mutation, payloadType } from '../graphql/mutations.ts';
import { MembershipNode, type MembershipRow } from '../graphql/nodes.ts';
import { additionsRule, addMembers, maxAdded } from './add-members.ts';
import { costOfUsers, RoomIdInput, roomIdField, roomIdIn, userIdsIn } from './inputs.ts';
import { joinRoom } from './join.ts';
import { leaveRoom } from './leave.ts';
import { NotificationLevelEnum } from './membership-schema.ts';
import { setNotificationLevel } from './set-notification-level.ts';

const AddMembersInput = builder.inputType('AddMembersInput', {
  description: 'The users to add to a room.',
  fields: (t) => ({
    roomId: t.id(roomIdField),
    userIds: t.idList({
      required: true,
      description: `Global ids of the users to add, 1 to ${maxAdded}. ${additionsRule}`,
    }),
  }),
});

const SetNotificationLevelInput = builder.inputType('SetNotificationLevelInput', {
  description: 'The new notification level of a room for the viewer.',
  fields: (t) => ({
    roomId: t.id(roomIdField),
    level: t.field({ type: NotificationLevelEnum, required: true, description: 'ALL or NONE.' }),
  }),
});

const AddMembersPayload = payloadType<{ memberships: MembershipRow[] }>(
  'AddMembersPayload',
  'The result of `addMembers`.',
  (t) => ({
    memberships: t.field({
      type: [MembershipNode],
      complexity: sized(maxAdded),
      description:
        'The memberships of all users in `userIds`, in that order, including users who were already members. Empty if the mutation failed.',
      resolve: ({ memberships }) => memberships ?? [],
    }),
  }),
);

mutation('joinRoom', {
  description: 'Makes the viewer a member of a public room. Joining again is not an error.',
  input: RoomIdInput,
  payload: MembershipPayload,
  run: (context, input) => joinRoom(context, roomIdIn(input)),
});

mutation('leaveRoom', {
  description:
    'Ends the viewer’s membership of a room. The only owner cannot leave while the room has other members (`CONFLICT`): make another member an owner first. Leaving again is not an error.',
  input: RoomIdInput,
  payload: MembershipPayload,
  run: (context, input) => leaveRoom(context, roomIdIn(input)),
});

mutation('addMembers', {
  description:
    'Adds users to a room that the viewer is a member of. If one of them cannot be added, the mutation adds none of them.',
  input: AddMembersInput,
  costOfInput: ({ userIds }) => costOfUsers(userIds),
  payload: AddMembersPayload,
  run: async (context, input) => ({
    memberships: await addMembers(context, roomIdIn(input), userIdsIn(input.userIds, 'userIds')),
  }),
});

mutation('setNotificationLevel', {
  description: 'Sets which messages of a room cause notifications for the viewer, on all devices.',
  input: SetNotificationLevelInput,
  payload: MembershipPayload,
  run: async (context, { level, ...input }) => {
    const membership = await setNotificationLevel(context, { roomId: roomIdIn(input), level });
    return { membership, room: membership.roomId };
  },
});
