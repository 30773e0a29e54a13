import { limits } from '../base/limits.ts';
import { packageVersion } from '../base/package-root.ts';
import { builder } from './builder.ts';
import type { Services } from './context.ts';
import { sized } from './costs.ts';

const capabilities = {
  REACTIONS: 'Users can react to messages.',
  REPLIES: 'A message can reply to another message.',
  PRESENCE: 'The server shows which users are online and in which rooms.',
  TYPING: 'The server shows which users are typing.',
  NOTIFICATIONS: 'The server notifies users of messages in rooms in which they are not present.',
  MODERATION: 'Owners and moderators of a room can remove, ban and mute users, and owners set roles.',
  SLOW_MODE: 'In a room with slow mode, members wait between two messages.',
  API_KEYS: 'A backend can act with an API key, as an administrator.',
  BLOCKING: 'Users can block other users.',
  GUESTS: 'Anyone can sign in as a guest, with a display name only.',
};
type Capability = keyof typeof capabilities;

const everywhere: Capability[] = [
  'REACTIONS',
  'REPLIES',
  'PRESENCE',
  'TYPING',
  'NOTIFICATIONS',
  'MODERATION',
  'SLOW_MODE',
  'API_KEYS',
  'BLOCKING',
];

const CapabilityEnum = builder.enumType('Capability', {
  description: 'A feature that a server may or may not offer.',
  values: Object.fromEntries(Object.entries(capabilities).map(([name, description]) => [name, { description }])) as {
    [Name in Capability]: { description: string };
  },
});

const ServerLimits = builder.objectRef<typeof limits>('ServerLimits').implement({
  description: 'Limits that clients may reach.',
  fields: (t) => ({
    messageMaxLength: t.exposeInt('messageMaxLength', {
      description: 'Maximum length of a message after trimming, in characters (Unicode code points).',
    }),
    replayMaxEvents: t.exposeInt('replayMaxEvents', {
      description:
        'Maximum number of events that a subscription can replay. A subscription that is further behind gets RESET.',
    }),
    subscriptionsPerConnection: t.exposeInt('subscriptionsPerConnection', {
      description: 'Maximum number of operations in progress on one WebSocket connection.',
    }),
    unreadCountCap: t.exposeInt('unreadCountCap', { description: 'Maximum of an unread count: counting stops there.' }),
    editWindowSeconds: t.exposeInt('editWindowSeconds', {
      nullable: true,
      description: 'Seconds after which a message can no longer be edited; null if there is no limit.',
    }),
  }),
});

const ServerType = builder.objectRef<Pick<Services, 'guestsAllowed'>>('Server').implement({
  description: 'The server that answers the request.',
  fields: (t) => ({
    version: t.string({ description: 'Version of Parley.', resolve: () => packageVersion }),
    time: t.field({
      type: 'DateTime',
      description: 'The current time by the server’s clock.',
      resolve: () => new Date(),
    }),
    capabilities: t.field({
      type: [CapabilityEnum],
      complexity: sized(Object.keys(capabilities).length),
      description: 'The features that this server offers.',
      resolve: ({ guestsAllowed }): Capability[] => (guestsAllowed ? [...everywhere, 'GUESTS'] : everywhere),
    }),
    limits: t.field({ type: ServerLimits, description: 'The limits of this server.', resolve: () => limits }),
  }),
});

builder.queryField('server', (t) =>
  t.field({
    type: ServerType,
    description: 'This server: its version, features and limits.',
    extensions: { anonymous: true },
    resolve: (_root, _args, { services }) => services,
  }),
);
