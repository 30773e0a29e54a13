import { innerId } from '../base/ids.ts';
import { builder } from '../graphql/builder.ts';
import { mutation } from '../graphql/mutations.ts';
import { SessionPayload } from '../sessions/session-payload.ts';
import { UserKind } from '../users/user-kind.ts';
import { UserInput, UserPayload } from '../users/user-payload.ts';
import { createSessionFor, lifetimes } from './create-session.ts';
import { deactivateUser } from './deactivate.ts';
import { reactivateUser } from './reactivate.ts';
import { setAdmin } from './set-admin.ts';
import { upsertUser } from './upsert-user.ts';

const UpsertUserInput = builder.inputType('UpsertUserInput', {
  description: 'A user of an outside system.',
  fields: (t) => ({
    externalId: t.string({
      required: true,
      description:
        'Id of the user in the outside system, 1 to 512 characters. `iss|sub` names a user who signs in with such a token.',
    }),
    username: t.string({
      description:
        'Username of a new user: 1 to 64 letters, digits, `.`, `_` and `-`; it is stored in lower case, and no other user may have one that looks like it. Without it, the server derives one from the display name. Ignored for a known user, because usernames never change.',
    }),
    displayName: t.string({ required: true, description: 'Display name, 1 to 80 characters.' }),
    avatarUrl: t.string({
      description:
        'URL of a picture, http or https, at most 2,048 characters. Null removes the picture of a known user; if omitted, it stays.',
    }),
    kind: t.field({ type: UserKind, required: true, defaultValue: 'HUMAN', description: 'The kind of account.' }),
  }),
});

mutation('upsertUser', {
  description:
    'Creates the user of an outside system, or updates the user with this `externalId`. Repeating it is safe, also at the same moment. Only for administrators and API keys.',
  input: UpsertUserInput,
  payload: UserPayload,
  run: async (context, input) => ({ user: await upsertUser(context, input) }),
});

const CreateSessionForInput = builder.inputType('CreateSessionForInput', {
  description: 'The session to create.',
  fields: (t) => ({
    userId: t.id({ required: true, description: 'Global id of the user to sign in.' }),
    deviceId: t.string({
      description:
        'Name of the device, at most 128 characters. A device of the user that is signed in keeps its session. Without a name, each call creates a session.',
    }),
    language: t.field({ type: 'LanguageTag', description: 'Language of the device.' }),
    lifetimeSeconds: t.int({
      required: true,
      defaultValue: 3600,
      description: `How long the access token is good, in seconds: ${lifetimes.minSeconds} to ${lifetimes.maxSeconds}.`,
    }),
  }),
});

mutation('createSessionFor', {
  description:
    'Signs a user in and returns an access token for the user’s device, which can renew it with `renewSession`. Fails with `CONFLICT` for a deactivated user, and for one who has 100 sessions. Only for administrators and API keys.',
  input: CreateSessionForInput,
  payload: SessionPayload,
  run: (context, input) => createSessionFor(context, { ...input, userId: innerId('User', input.userId, ['userId']) }),
});

mutation('deactivateUser', {
  description:
    'Ends all sessions and API keys of a user, on every node, and refuses every later sign-in. Memberships and messages stay. In private rooms, the user is no owner any more; if there is no other one, the moderator who first joined becomes the owner or, without one, the member who first joined. Only for administrators and API keys; nobody can deactivate themselves.',
  input: UserInput,
  payload: UserPayload,
  run: async (context, { userId }) => ({ user: await deactivateUser(context, innerId('User', userId, ['userId'])) }),
});

mutation('reactivateUser', {
  description:
    'Lets a deactivated user sign in again. Ended sessions and API keys stay ended, and the user is no administrator. Repeating it is no error. Only for administrators and API keys.',
  input: UserInput,
  payload: UserPayload,
  run: async (context, { userId }) => ({ user: await reactivateUser(context, innerId('User', userId, ['userId'])) }),
});

const SetAdminInput = builder.inputType('SetAdminInput', {
  description: 'Who is an administrator.',
  fields: (t) => ({
    userId: t.id({ required: true, description: 'Global id of the user.' }),
    isAdmin: t.boolean({ required: true, description: 'Whether the user becomes or remains an administrator.' }),
  }),
});

mutation('setAdmin', {
  description:
    'Makes a user an administrator, or ends that. Only for administrators and API keys; nobody can end their own rights.',
  input: SetAdminInput,
  payload: UserPayload,
  run: async (context, { userId, isAdmin }) => ({
    user: await setAdmin(context, { userId: innerId('User', userId, ['userId']), isAdmin }),
  }),
});
