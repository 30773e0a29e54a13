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
  description: 'How a user is to be seen.',
  values: {
    ONLINE: { description: 'Here.' },
    IDLE: { description: 'Here, but maybe not in front of it. Users choose it; the server does not guess.' },
    DO_NOT_DISTURB: { description: 'Here, and busy.' },
    OFFLINE: { description: 'Not connected, or hiding.' },
  },
});

/** A user, as others see them. */
export const PresenceType = builder.objectRef<User>('Presence').implement({
  description: 'How a user is to be seen right now.',
  fields: (t) => ({
    user: t.field({ type: UserNode, description: 'The user.', resolve: (user) => user }),
    status: t.field({
      type: PresenceStatusEnum,
      description: 'What the user chose while any of their devices is connected; else OFFLINE.',
      resolve: async (user, _args, context) =>
        isHiding(user) || !(await areOnline(context).load(user.id)) ? 'OFFLINE' : user.chosenStatus,
    }),
    statusText: t.string({
      nullable: true,
      description: 'What the user says of it, also while away, at most 100 characters; null without.',
      resolve: counted(({ statusText }) => statusText),
    }),
    lastActiveAt: t.expose('lastActiveAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the user last connected, disconnected, wrote or read, to a minute, by the server’s clock; stands still while they hide. Null before the first time.',
    }),
  }),
});

builder.objectField(UserNode, 'presence', (t) =>
  t.field({ type: PresenceType, description: 'How the user is to be seen right now.', resolve: (user) => user }),
);

/** Users that are named unless `first` says otherwise. */
const presentByDefault = 50;

/** Who is in a room, with how many of them are asked for by name at least. */
type Named = RoomPresence & { first: number };

const RoomPresenceType = builder.objectRef<Named>('RoomPresence').implement({
  description:
    'Who is in a room right now: users with at least one live subscription to its events, on any device and any node. Those who hide are not among them.',
  fields: (t) => ({
    onlineCount: t.exposeInt('count', { description: 'How many users are there.' }),
    present: t.field({
      type: [PresenceType],
      description: 'Who is there; some of them, if there are more than asked for.',
      args: {
        first: t.arg.int({ defaultValue: presentByDefault, description: 'At most this many, 0 to 100.' }),
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
      description: 'Whether a `present` beside it leaves anybody out; without one, whether more than 100 are there.',
      resolve: async (room) => {
        await Promise.resolve(); // by then each `present` beside it, before or after, has said what it wants
        return room.count > room.first;
      },
    }),
  }),
});

builder.objectField(RoomNode, 'presence', (t) =>
  t.field({
    type: RoomPresenceType,
    complexity: pageCost,
    description: 'Who is in the room right now; nobody, where the viewer may no longer look.',
    resolve: async ({ id, isRedacted }, _args, context): Promise<Named> => {
      const found = isRedacted ? { count: 0, userIds: [] } : await presentInRooms(context).load(id);
      return { ...found, first: limits.maxPageSize };
    },
  }),
);

const SetStatusInput = builder.inputType('SetStatusInput', {
  description: 'How the viewer wants to be seen.',
  fields: (t) => ({
    status: t.field({
      type: PresenceStatusEnum,
      required: true,
      description: 'Shown while any device is connected. OFFLINE hides: the viewer is neither named nor counted.',
    }),
    statusText: t.string({
      description: 'At most 100 characters on one line. Left out: stays; null or empty: taken away.',
    }),
  }),
});

const SetStatusPayload = payloadType<{ presence: User }>('SetStatusPayload', 'What `setStatus` did.', (t) => ({
  presence: t.field({
    type: PresenceType,
    nullable: true,
    description: 'The viewer, as others see them now.',
    resolve: ({ presence }) => presence,
  }),
}));

mutation('setStatus', {
  description: 'Says how the viewer wants to be seen, on all devices, until they say otherwise.',
  input: SetStatusInput,
  payload: SetStatusPayload,
  run: async (context, input) => ({ presence: await setStatus(context, input) }),
});

function requireSize(first: number): number {
  if (first >= 0 && first <= limits.maxPageSize) return first;
  throw invalidInput(`\`first\` is ${first}; expected 0 to ${limits.maxPageSize}.`, ['first'], 'pageSize');
}
