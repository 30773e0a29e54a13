import { requireDisplayText } from '../base/display-text.ts';
import { clearable } from '../base/text.ts';
import type { PresenceStatus, User } from '../generated/prisma/client.ts';
import { type Context, requireViewer } from '../graphql/context.ts';

interface ChosenStatus {
  status?: PresenceStatus | null;
  statusText?: string | null;
}

/**
 * Sets the status that other users see of the viewer, for all devices, and announces the change to every node. The text has
 * at most 100 characters; null or empty removes it. Undefined keeps either. Throws INVALID_INPUT.
 */
export async function setStatus(context: Context, { status, statusText }: ChosenStatus): Promise<User> {
  const { userId } = requireViewer(context);
  const { prisma, users } = context.services;
  const checked = clearable(statusText, (text) => requireDisplayText(text, { path: ['statusText'], max: 100 }));
  const data = { chosenStatus: status ?? undefined, statusText: checked };
  const user = await prisma.user.update({ where: { id: userId }, data });
  users.announce(userId);
  return user;
}
