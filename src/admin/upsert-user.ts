import { conflict } from '../base/errors.ts';
import { clearable, requireText, requireWebAddress } from '../base/text.ts';
import type { User, UserKind } from '../generated/prisma/client.ts';
import type { Context } from '../graphql/context.ts';
import { externalIdMaxLength } from '../sessions/external/claims.ts';
import { failureOf } from '../storage/failures.ts';
import { displayNameColumns, requireDisplayName } from '../users/display-name.ts';
import { guestUsername, requireUsername } from '../users/usernames.ts';
import { requireAdminNow } from './require-admin.ts';

interface UpsertInput {
  externalId: string;
  username?: string | null;
  displayName: string;
  avatarUrl?: string | null;
  kind: UserKind;
}

/** A call is repeated if another one has just created the user, or if a derived username is taken, once in a million. */
const maxAttempts = 3;

/**
 * Creates the user of an outside system, or updates the one with this `externalId`. Calls at the same moment make one user.
 * The username is chosen when the user is created, and never changes. Throws INVALID_INPUT, and CONFLICT if another user
 * has the username.
 */
export async function upsertUser(context: Context, input: UpsertInput): Promise<User> {
  await requireAdminNow(context);
  const { prisma, users } = context.services;
  const { externalId, username, profile } = checked(input);
  for (let attempt = 1; ; attempt += 1) {
    const create = { externalId, ...(username ?? guestUsername(profile.displayName, 'user')), ...profile };
    try {
      const user = await prisma.user.upsert({ where: { externalId }, create, update: profile });
      users.announce(user.id);
      return user;
    } catch (error) {
      if (failureOf(error) !== 'UNIQUE') throw error;
      // If the user exists now, another call has created it, perhaps with this username.
      const isNew = (await prisma.user.count({ where: { externalId } })) === 0;
      if (isNew && username !== null)
        throw conflict('Another user has this username, or one that looks like it.', ['username']);
      if (attempt === maxAttempts) throw error;
    }
  }
}

function checked({ externalId, username, displayName, avatarUrl, kind }: UpsertInput) {
  return {
    externalId: requireText(externalId, { path: ['externalId'], max: externalIdMaxLength }),
    username: username == null ? null : requireUsername(username),
    profile: {
      ...displayNameColumns(requireDisplayName(displayName)),
      avatarUrl: clearable(avatarUrl, (address) => requireWebAddress(address, ['avatarUrl'])),
      kind,
    },
  };
}
