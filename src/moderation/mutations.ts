import { MembershipPayload } from '../access/membership-payload.ts';
import { innerId } from '../base/ids.ts';
import { builder } from '../graphql/builder.ts';
import type { Context } from '../graphql/context.ts';
import { mutation } from '../graphql/mutations.ts';
import { roomIdField, roomIdIn } from '../rooms/inputs.ts';
import { RoomRoleEnum } from '../rooms/room-role.ts';
import { banMember, type ChangedMembership, type MemberTerms, removeMember } from './expel-member.ts';
import { muteMember, setMemberRole, unbanMember, unmuteMember } from './moderate-member.ts';

const userIdField = { required: true as const, description: 'Global id of the user.' };

const MemberInput = builder.inputType('MemberInput', {
  description: 'A user to act on as a moderator.',
  fields: (t) => ({
    roomId: t.id(roomIdField),
    userId: t.id(userIdField),
    reason: t.string({
      description: 'Why, at most 500 characters. The user and moderators can see it as `moderationReason`.',
    }),
    until: t.field({
      type: 'DateTime',
      description: 'For bans and mutes: when it ends. If omitted or null, it has no end. Not for other mutations.',
    }),
  }),
});

const SetMemberRoleInput = builder.inputType('SetMemberRoleInput', {
  description: 'The new role of a member.',
  fields: (t) => ({
    roomId: t.id(roomIdField),
    userId: t.id(userIdField),
    role: t.field({ type: RoomRoleEnum, required: true, description: 'OWNER, MODERATOR or MEMBER.' }),
  }),
});

function moderation(
  name: string,
  description: string,
  act: (context: Context, terms: MemberTerms) => Promise<ChangedMembership>,
): void {
  mutation(name, {
    description: `${description} Only owners and moderators of the room may do this; moderators only to users who are neither owner nor moderator. A request that changes nothing is not an error.`,
    input: MemberInput,
    payload: MembershipPayload,
    run: (context, { reason, until, ...input }) =>
      act(context, { roomId: roomIdIn(input), userId: userIdIn(input), reason, until }),
  });
}

moderation('removeMember', 'Ends the membership of a user, who may join again or be added again.', removeMember);

moderation(
  'banMember',
  'Ends the membership of a user, who cannot join or be added until the ban ends. A public room cannot be read by users who are banned from it, and users can be banned from it who were never members. A second ban replaces the first one.',
  banMember,
);

moderation('unbanMember', 'Ends a ban. The user may join again or be added again.', unbanMember);

moderation(
  'muteMember',
  'Keeps a member or former member from sending messages to the room until the mute ends, also after leaving and joining again. A second mute replaces the first one.',
  muteMember,
);

moderation('unmuteMember', 'Ends a mute.', unmuteMember);

mutation('setMemberRole', {
  description:
    'Gives a member another role. Only owners may do this. The role of the only owner cannot change (`CONFLICT`): make another member an owner first.',
  input: SetMemberRoleInput,
  payload: MembershipPayload,
  run: (context, { role, ...input }) =>
    setMemberRole(context, { roomId: roomIdIn(input), userId: userIdIn(input), role }),
});

function userIdIn({ userId }: { userId: string }): string {
  return innerId('User', userId, ['userId']);
}
