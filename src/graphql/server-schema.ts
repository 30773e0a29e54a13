import { limits } from '../base/limits.ts';
import { packageVersion } from '../base/package-root.ts';
import { builder } from './builder.ts';
import type { Services } from './context.ts';
import { sized } from './costs.ts';

const capabilities = {
  REACTIONS: 'Messages can be reacted to.',
  REPLIES: 'Messages can answer others.',
  PRESENCE: 'It is told who is online.',
  TYPING: 'It is told who types.',
  NOTIFICATIONS: 'Messages in rooms elsewhere are notified.',
  GUESTS: 'Anybody may sign in by name alone.',
};
type Capability = keyof typeof capabilities;

const everywhere: Capability[] = ['REACTIONS', 'REPLIES', 'PRESENCE', 'TYPING', 'NOTIFICATIONS'];

const CapabilityEnum = builder.enumType('Capability', {
  description: 'Something that not every server can or allows.',
  values: Object.fromEntries(Object.entries(capabilities).map(([name, description]) => [name, { description }])) as {
    [Name in Capability]: { description: string };
  },
});

const ServerLimits = builder.objectRef<typeof limits>('ServerLimits').implement({
  description: 'Numbers that a client may run into.',
  fields: (t) => ({
    messageMaxLength: t.exposeInt('messageMaxLength', {
      description: 'Characters (Unicode code points) of a message after trimming.',
    }),
    replayMaxEvents: t.exposeInt('replayMaxEvents', {
      description: 'Events that a resumed subscription may be behind; further back it is told to start over.',
    }),
    subscriptionsPerConnection: t.exposeInt('subscriptionsPerConnection', {
      description: 'Operations that one WebSocket connection may have under way.',
    }),
    unreadCountCap: t.exposeInt('unreadCountCap', { description: 'Where unread counts stop counting.' }),
    editWindowSeconds: t.exposeInt('editWindowSeconds', {
      nullable: true,
      description: 'Seconds after which a message cannot be edited any more; null for never.',
    }),
  }),
});

const ServerType = builder.objectRef<Pick<Services, 'guestsAllowed'>>('Server').implement({
  description: 'This server.',
  fields: (t) => ({
    version: t.string({ description: 'Version of Parley that runs here.', resolve: () => packageVersion }),
    time: t.field({ type: 'DateTime', description: 'Its clock.', resolve: () => new Date() }),
    capabilities: t.field({
      type: [CapabilityEnum],
      complexity: sized(Object.keys(capabilities).length),
      description: 'What it can and allows.',
      resolve: ({ guestsAllowed }): Capability[] => (guestsAllowed ? [...everywhere, 'GUESTS'] : everywhere),
    }),
    limits: t.field({ type: ServerLimits, description: 'Its limits.', resolve: () => limits }),
  }),
});

builder.queryField('server', (t) =>
  t.field({
    type: ServerType,
    description: 'This server: what it is and what it allows.',
    extensions: { anonymous: true },
    resolve: (_root, _args, { services }) => services,
  }),
);
