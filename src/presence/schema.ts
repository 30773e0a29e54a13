import { invalidInput } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import type { User } from '../generated/prisma/client.ts';
import { counted } from '../graphql/budget.ts';
import { builder } from '../graphql/builder.ts';
import { pageCost, pageOf } from '../graphql/costs.ts';
import { mutation, payloadType } from '../graphql/mutations.ts';
import { RoomNode, UserNode } from '../graphql/nodes.ts';
import { usersById } from '../users/loader.ts';
import { areOnline, presentInRooms } from './loader.ts';
import { isHiding, type RoomPresence } from './room-presence.ts';
import { setStatus } from './set-status.ts';

const PresenceStatusEnum = builder.enumType('PresenceStatus', {
  description: 'The status that other users see.',
  values: {
    ONLINE: { description: 'Connected.' },
    IDLE: {
      description: 'Connected, but perhaps away from the device. Users set this; the server does not detect it.',
    },
    DO_NOT_DISTURB: { description: 'Connected, but busy.' },
    OFFLINE: { description: 'Not connected, or hiding.' },
  },
});

/** A user, as others see them. */
export const PresenceType = builder.objectRef<User>('Presence').implement({
  description: 'The presence of a user, as other users see it.',
  fields: (t) => ({
    user: t.field({ type: UserNode, description: 'The user.', resolve: (user) => user }),
    status: t.field({
      type: PresenceStatusEnum,
      description: 'The status that the user set; OFFLINE while no device of the user is connected.',
      resolve: async (user, _args, context) =>
        isHiding(user) || !(await areOnline(context).load(user.id)) ? 'OFFLINE' : user.chosenStatus,
    }),
    statusText: t.string({
      nullable: true,
      description:
        'The user’s own text about the status, at most 100 characters, shown while offline too; null if there is none.',
      resolve: counted(({ statusText }) => statusText),
    }),
    lastActiveAt: t.expose('lastActiveAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the user last connected, disconnected, wrote or read, by the server’s clock; may be up to a minute old. Does not change while the user hides. Null if the user has never been active.',
    }),
  }),
});

builder.objectField(UserNode, 'presence', (t) =>
  t.field({
    type: PresenceType,
    description: 'The presence of the user, as other users see it.',
    resolve: (user) => user,
  }),
);

/** The value of `first` if the client omits it. */
const presentByDefault = 50;

/** The users in a room, with the smallest `first` of the `present` fields in the selection. */
type Named = RoomPresence & { first: number };

const RoomPresenceType = builder.objectRef<Named>('RoomPresence').implement({
  description:
    'The users who are present in a room now. A user is present while any of their devices subscribes to the events of the room, on any node. Users who hide are left out.',
  fields: (t) => ({
    onlineCount: t.exposeInt('count', { description: 'Number of users who are present in the room.' }),
    present: t.field({
      type: [PresenceType],
      description: 'The users who are present in the room, at most `first` of them.',
      args: {
        first: t.arg.int({ defaultValue: presentByDefault, description: 'Maximum number of users, 0 to 100.' }),
      },
      complexity: ({ first }) => pageOf({ first: first ?? presentByDefault }, 1),
      resolve: async (room, { first }, context) => {
        const size = requireSize(first ?? presentByDefault);
        room.first = Math.min(room.first, size);
        const users = await usersById(context).loadMany(room.userIds.slice(0, size));
        return users.filter((user): user is User => user !== null && !(user instanceof Error) && !isHiding(user));
      },
    }),
    isTruncated: t.boolean({
      description:
        'Whether a `present` in the same selection leaves out users. Without `present`: whether more than 100 users are present.',
      resolve: async (room) => {
        await Promise.resolve(); // waits until each `present` field of the selection has set `first`
        return room.count > room.first;
      },
    }),
  }),
});

builder.objectField(RoomNode, 'presence', (t) =>
  t.field({
    type: RoomPresenceType,
    complexity: pageCost,
    description: 'The users who are present in the room now. Empty if the viewer’s access has ended.',
    resolve: async ({ id, isRedacted }, _args, context): Promise<Named> => {
      const found = isRedacted ? { count: 0, userIds: [] } : await presentInRooms(context).load(id);
      return { ...found, first: limits.maxPageSize };
    },
  }),
);

const SetStatusInput = builder.inputType('SetStatusInput', {
  description: 'The new status of the viewer.',
  fields: (t) => ({
    status: t.field({
      type: PresenceStatusEnum,
      description:
        'The status to show while any device of the viewer is connected. OFFLINE hides the viewer: the server does not name or count the viewer. If omitted or null, it stays as it is.',
    }),
    statusText: t.string({
      description:
        'The viewer’s own text about the status: one line, at most 100 characters. If omitted, it stays as it is. If null or empty, it is removed.',
    }),
  }),
});

const SetStatusPayload = payloadType<{ presence: User }>('SetStatusPayload', 'The result of `setStatus`.', (t) => ({
  presence: t.field({
    type: PresenceType,
    nullable: true,
    description: 'The presence of the viewer, as other users see it; null if the mutation failed.',
    resolve: ({ presence }) => presence,
  }),
}));

mutation('setStatus', {
  description: 'Sets the status of the viewer, for all devices, until it is set again.',
  input: SetStatusInput,
  payload: SetStatusPayload,
  run: async (context, input) => ({ presence: await setStatus(context, input) }),
});

function requireSize(first: number): number {
  if (first >= 0 && first <= limits.maxPageSize) return first;
  throw invalidInput(`\`first\` is ${first}; expected 0 to ${limits.maxPageSize}.`, ['first'], 'pageSize');
}
