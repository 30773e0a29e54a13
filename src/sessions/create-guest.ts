import { forbidden } from '../base/errors.ts';
import { requireText } from '../base/text.ts';
import type { Session, User } from '../generated/prisma/client.ts';
import type { Context } from '../graphql/context.ts';
import { guestUsername, requireDisplayName } from '../users/display-name.ts';

interface GuestInput {
  displayName: string;
  deviceId?: string | null;
  language?: string | null;
}

/** How long a guest stays signed in on a device. */
const guestDays = 180;

/** Creates a user from a name alone and signs them in. Throws FORBIDDEN if the server does not allow guests. */
export async function createGuestSession({ services }: Context, input: GuestInput) {
  if (!services.guestsAllowed) throw forbidden('This server does not accept new guests.');
  const displayName = requireDisplayName(input.displayName);
  const deviceId = input.deviceId ? requireText(input.deviceId, { path: ['deviceId'], max: 128 }) : null;
  const expiresAt = new Date(Date.now() + guestDays * 24 * 3600 * 1000);

  const session: Session & { user: User } = await services.prisma.session.create({
    data: {
      deviceId,
      language: input.language,
      expiresAt,
      user: { create: { kind: 'GUEST', displayName, username: guestUsername(displayName) } },
    },
    include: { user: true },
  });
  const accessToken = await services.sessions.signToken({ userId: session.userId, sessionId: session.id, expiresAt });
  return { session, user: session.user, accessToken };
}
