import { globalId, innerId } from '../base/ids.ts';
import type { Session, User } from '../generated/prisma/client.ts';
import { counted } from '../graphql/budget.ts';
import { builder } from '../graphql/builder.ts';
import { requireViewer } from '../graphql/context.ts';
import { sized, statementCost } from '../graphql/costs.ts';
import { loaderOf, loadRequired } from '../graphql/loaders.ts';
import { mutation, payloadType } from '../graphql/mutations.ts';
import { UserNode } from '../graphql/nodes.ts';
import { usersById } from '../users/loader.ts';
import { createGuestSession } from './create-guest.ts';
import { revokeSession } from './revoke.ts';
import { ViewerType } from './viewer.ts';

/** Sessions that are shown of a user. */
const maxSessions = 100;

/** The viewer's sessions by id; somebody else's is simply not found. */
const ownSessions = loaderOf<Session>(
  async (context, ids) =>
    context.db.session.findMany({ where: { id: { in: ids }, userId: requireViewer(context).userId } }),
  ({ id }) => id,
);

const SessionNode = builder.nodeRef<Session>('Session', {
  id: { resolve: (session) => session.id },
  loadWithoutCache: (id, context) => ownSessions(context).load(id),
});

SessionNode.implement({
  description: 'One signed-in device. A user may have many.',
  fields: (t) => ({
    deviceId: t.string({
      nullable: true,
      description: 'What the device calls itself.',
      resolve: counted(({ deviceId }) => deviceId),
    }),
    language: t.expose('language', {
      type: 'LanguageTag',
      nullable: true,
      description: 'Language of the device; null follows the user’s.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the device signed in.' }),
    lastSeenAt: t.expose('lastSeenAt', {
      type: 'DateTime',
      description: 'When it last asked for something, to the minute.',
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it must sign in again; null if never.',
    }),
    isCurrent: t.boolean({
      description: 'Whether this is the device that asks.',
      resolve: (session, _args, context) => session.id === context.viewer?.sessionId,
    }),
  }),
});

ViewerType.implement({
  description: 'The signed-in caller, and what only they may see.',
  fields: (t) => ({
    user: t.field({
      type: UserNode,
      description: 'The caller as others see them.',
      resolve: ({ userId }, _args, context) => loadRequired(usersById(context), userId),
    }),
    session: t.field({
      type: SessionNode,
      description: 'The device that asks.',
      resolve: ({ sessionId }, _args, context) => loadRequired(ownSessions(context), sessionId),
    }),
    sessions: t.field({
      type: [SessionNode],
      complexity: sized(maxSessions, statementCost),
      description: `The caller’s signed-in devices, at most ${maxSessions}, newest first.`,
      resolve: ({ userId }, _args, { db }) =>
        db.session.findMany({
          where: { userId, revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }] },
          orderBy: { id: 'desc' },
          take: maxSessions,
        }),
    }),
    language: t.field({
      type: 'LanguageTag',
      description: 'Language of what the server writes for the caller: the device’s, then the user’s, then English.',
      resolve: (_viewer, _args, { language }) => language,
    }),
  }),
});

builder.queryField('viewer', (t) =>
  t.field({
    type: ViewerType,
    nullable: true,
    description: 'The signed-in caller; null for an anonymous one.',
    extensions: { anonymous: true },
    resolve: (_root, _args, { viewer }) => viewer,
  }),
);

const CreateGuestSessionInput = builder.inputType('CreateGuestSessionInput', {
  description: 'A new guest.',
  fields: (t) => ({
    displayName: t.string({ required: true, description: 'What to call the guest, 1 to 80 characters.' }),
    deviceId: t.string({ description: 'What the device calls itself, at most 128 characters.' }),
    language: t.field({ type: 'LanguageTag', description: 'Language of the device.' }),
  }),
});

const SessionPayload = payloadType<{ session: Session; user: User; accessToken: string }>(
  'SessionPayload',
  'A new session.',
  (t) => ({
    session: t.field({
      type: SessionNode,
      nullable: true,
      description: 'The signed-in device.',
      resolve: ({ session }) => session,
    }),
    user: t.field({ type: UserNode, nullable: true, description: 'Who signed in.', resolve: ({ user }) => user }),
    accessToken: t.string({
      nullable: true,
      description:
        'For `Authorization: Bearer …` over HTTP and `connectionParams.token` over WebSocket. Keep it secret.',
      resolve: ({ accessToken }) => accessToken,
    }),
  }),
);

mutation('createGuestSession', {
  description: 'Signs a guest in, by name alone. Only where guests are allowed (the default).',
  anonymous: true,
  input: CreateGuestSessionInput,
  payload: SessionPayload,
  run: createGuestSession,
});

const RevokeSessionInput = builder.inputType('RevokeSessionInput', {
  description: 'Which device to sign out.',
  fields: (t) => ({ sessionId: t.id({ required: true, description: 'One of the viewer’s sessions.' }) }),
});

const RevokeSessionPayload = payloadType<{ revokedSessionId: string }>(
  'RevokeSessionPayload',
  'What `revokeSession` did.',
  (t) => ({
    revokedSessionId: t.id({
      nullable: true,
      description: 'The session that has ended.',
      resolve: ({ revokedSessionId }) => revokedSessionId && globalId('Session', revokedSessionId),
    }),
  }),
);

mutation('revokeSession', {
  description: 'Signs one of the viewer’s devices out, this one included; its token is worth nothing from then on.',
  input: RevokeSessionInput,
  payload: RevokeSessionPayload,
  run: async (context, { sessionId }) => ({
    revokedSessionId: await revokeSession(context, innerId('Session', sessionId, ['sessionId'])),
  }),
});
