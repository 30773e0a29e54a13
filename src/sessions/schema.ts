import { globalId, innerId } from '../base/ids.ts';
import { counted } from '../graphql/budget.ts';
import { builder } from '../graphql/builder.ts';
import { sized, statementCost } from '../graphql/costs.ts';
import { loadRequired } from '../graphql/loaders.ts';
import { mutation, payloadType, plainMutation } from '../graphql/mutations.ts';
import { UserNode } from '../graphql/nodes.ts';
import { usersById } from '../users/loader.ts';
import { createGuestSession } from './create-guest.ts';
import { renewConnection, renewSession } from './renew.ts';
import { revokeSession } from './revoke.ts';
import { ownSessions, SessionNode, SessionPayload } from './session-payload.ts';
import { ViewerType } from './viewer.ts';

/** The most sessions that `Viewer.sessions` returns. */
const maxSessions = 100;

SessionNode.implement({
  description: 'One sign-in of a user, usually on one device.',
  fields: (t) => ({
    deviceId: t.string({
      nullable: true,
      description: 'Name of the device, chosen by the client; null if it has none.',
      resolve: counted(({ deviceId }) => deviceId),
    }),
    language: t.expose('language', {
      type: 'LanguageTag',
      nullable: true,
      description: 'Language of the device; null means that the user’s language applies.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the device signed in.' }),
    lastSeenAt: t.expose('lastSeenAt', {
      type: 'DateTime',
      description: 'When the device last made a request; may be up to a minute old.',
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the last access token of the session ends, and the device must sign in again; null if never. `renewSession` moves it.',
    }),
    isCurrent: t.boolean({
      description: 'Whether this is the session that makes the request.',
      resolve: (session, _args, context) => session.id === context.viewer?.sessionId,
    }),
  }),
});

ViewerType.implement({
  description: 'The signed-in user who makes the request, with data that only this user can see.',
  fields: (t) => ({
    user: t.field({
      type: UserNode,
      description: 'The viewer as other users see them.',
      resolve: ({ userId }, _args, context) => loadRequired(usersById(context), userId),
    }),
    isAdmin: t.exposeBoolean('isAdmin', {
      description: 'Whether the viewer has the rights of an administrator.',
    }),
    session: t.field({
      type: SessionNode,
      description: 'The session that makes the request.',
      resolve: ({ sessionId }, _args, context) => loadRequired(ownSessions(context), sessionId),
    }),
    sessions: t.field({
      type: [SessionNode],
      complexity: sized(maxSessions, statementCost),
      description: `The sessions of the viewer that have not ended, at most ${maxSessions}, newest first.`,
      resolve: ({ userId }, _args, { db }) =>
        db.session.findMany({
          where: { userId, revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }] },
          orderBy: { id: 'desc' },
          take: maxSessions,
        }),
    }),
    language: t.field({
      type: 'LanguageTag',
      description:
        'Language of the texts that the server writes for the viewer. The server takes the first that is set: of the session, of the user, of the request. If none is set, English.',
      resolve: (_viewer, _args, { language }) => language,
    }),
  }),
});

builder.queryField('viewer', (t) =>
  t.field({
    type: ViewerType,
    nullable: true,
    description: 'The signed-in user; null if the request is anonymous.',
    extensions: { anonymous: true },
    resolve: (_root, _args, { viewer }) => viewer,
  }),
);

const CreateGuestSessionInput = builder.inputType('CreateGuestSessionInput', {
  description: 'The guest to create.',
  fields: (t) => ({
    displayName: t.string({ required: true, description: 'Display name of the guest, 1 to 80 characters.' }),
    deviceId: t.string({ description: 'Name of the device, chosen by the client, at most 128 characters.' }),
    language: t.field({ type: 'LanguageTag', description: 'Language of the device.' }),
  }),
});

mutation('createGuestSession', {
  description:
    'Creates a guest and signs the guest in; needs a display name only. Fails if the server does not allow guests. By default, they are allowed.',
  anonymous: true,
  input: CreateGuestSessionInput,
  payload: SessionPayload,
  run: createGuestSession,
});

plainMutation('renewSession', {
  description:
    'Returns a new access token for the current session, with a new lifetime, as long as that of the present token. The present token stays good until it expires. Fails for a token that another server issued: renew it there.',
  payload: SessionPayload,
  run: renewSession,
});

const RenewConnectionInput = builder.inputType('RenewConnectionInput', {
  description: 'The new credential of the connection.',
  fields: (t) => ({
    token: t.string({ required: true, description: 'An access token of the same user, without `Bearer`.' }),
  }),
});

const RenewConnectionPayload = payloadType<{ expiresAt: Date | null }>(
  'RenewConnectionPayload',
  'The result of `renewConnection`.',
  (t) => ({
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'When the new token ends; the server then closes the connection. Null if it has no end, or if the mutation failed.',
      resolve: ({ expiresAt }) => expiresAt,
    }),
  }),
);

mutation('renewConnection', {
  description:
    'Over WebSocket only: gives the connection another access token of the same user. Its subscriptions continue without a gap, until the new token ends.',
  input: RenewConnectionInput,
  payload: RenewConnectionPayload,
  run: async (context, { token }) => ({ expiresAt: await renewConnection(context, token) }),
});

const RevokeSessionInput = builder.inputType('RevokeSessionInput', {
  description: 'The session to end.',
  fields: (t) => ({ sessionId: t.id({ required: true, description: 'Global id of one of the viewer’s sessions.' }) }),
});

const RevokeSessionPayload = payloadType<{ revokedSessionId: string }>(
  'RevokeSessionPayload',
  'The result of `revokeSession`.',
  (t) => ({
    revokedSessionId: t.id({
      nullable: true,
      description: 'Global id of the session that ended; null if the mutation failed.',
      resolve: ({ revokedSessionId }) => revokedSessionId && globalId('Session', revokedSessionId),
    }),
  }),
);

mutation('revokeSession', {
  description:
    'Ends one of the viewer’s sessions, which may be the current one. From then on, the server refuses its access token.',
  input: RevokeSessionInput,
  payload: RevokeSessionPayload,
  run: async (context, { sessionId }) => ({
    revokedSessionId: await revokeSession(context, innerId('Session', sessionId, ['sessionId'])),
  }),
});
