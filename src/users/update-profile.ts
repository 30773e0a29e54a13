import { invalidInput } from '../base/errors.ts';
import { clearable, requireWebAddress } from '../base/text.ts';
import type { User } from '../generated/prisma/client.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import { displayNameColumns, requireDisplayName } from './display-name.ts';

interface ProfileChange {
  displayName?: string | null;
  avatarUrl?: string | null;
  language?: string | null;
}

/** Changes the viewer's name, picture or language; fields that are undefined stay. Throws INVALID_INPUT. */
export async function updateProfile(context: Context, change: ProfileChange): Promise<User> {
  const { userId } = requireViewer(context);
  if (change.displayName === null) throw invalidInput('`displayName` cannot be null.', ['displayName'], 'required');
  const { prisma, users } = context.services;
  const user = await prisma.user.update({
    where: { id: userId },
    data: {
      ...(change.displayName !== undefined && displayNameColumns(requireDisplayName(change.displayName))),
      avatarUrl: clearable(change.avatarUrl, (address) => requireWebAddress(address, ['avatarUrl'])),
      language: change.language,
    },
  });
  users.announce(userId);
  return user;
}
