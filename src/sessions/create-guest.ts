import { forbidden } from '../base/errors.ts';
import { newId } from '../base/ids.ts';
import type { Session, User } from '../generated/prisma/client.ts';
import type { Context } from '../graphql/context.ts';
import { failureOf } from '../storage/failures.ts';
import { displayNameColumns, requireDisplayName } from '../users/display-name.ts';
import { guestUsername } from '../users/usernames.ts';
import { requireDeviceId } from './device-id.ts';
import type { SignIn } from './store-sign-ins.ts';

interface GuestInput {
  displayName: string;
  deviceId?: string | null;
  language?: string | null;
}

/** How long a guest stays signed in on a device. */
const guestDays = 180;
/** How many usernames are tried. A username is taken about once in a million guests of the same name. */
const maxUsernames = 3;

/** Creates a user from a name alone and signs them in. Throws FORBIDDEN if the server does not allow guests. */
export async function createGuestSession({ services }: Context, input: GuestInput) {
  if (!services.guestsAllowed) throw forbidden('This server does not accept new guests.');
  const displayName = requireDisplayName(input.displayName);
  const deviceId = requireDeviceId(input.deviceId);
  const { sessions } = services;

  const { user, session } = await storeGuest(
    () => newGuest({ displayName, deviceId, language: input.language ?? null }),
    sessions.store,
  );
  const { expiresAt, createdAt: issuedAt } = session;
  const accessToken = sessions.signToken({ userId: user.id, sessionId: session.id, expiresAt, issuedAt });
  return { session, user, accessToken };
}

/** Stores a guest, with another username if another user has it, or if any guest of the same statement is refused so. */
async function storeGuest(make: () => Guest, store: (signIn: SignIn) => Promise<void>): Promise<Guest> {
  for (let attempt = 1; ; attempt += 1) {
    const guest = make();
    try {
      await store(guest);
      return guest;
    } catch (error) {
      if (failureOf(error) !== 'UNIQUE' || attempt === maxUsernames) throw error;
    }
  }
}

interface Guest {
  user: User;
  session: Session & { expiresAt: Date };
}

function newGuest({
  displayName,
  deviceId,
  language,
}: Pick<Session, 'deviceId' | 'language'> & { displayName: string }) {
  const createdAt = new Date();
  const expiresAt = new Date(createdAt.getTime() + guestDays * 24 * 3600 * 1000);
  const user: User = {
    id: newId(),
    ...guestUsername(displayName),
    ...displayNameColumns(displayName),
    avatarUrl: null,
    kind: 'GUEST',
    language: null,
    externalId: null,
    chosenStatus: 'ONLINE',
    statusText: null,
    isAdmin: false,
    createdAt,
    lastActiveAt: null,
    deactivatedAt: null,
  };
  const session = {
    id: newId(),
    userId: user.id,
    deviceId,
    deviceKey: null,
    language,
    createdAt,
    lastSeenAt: createdAt,
    expiresAt,
    revokedAt: null,
  };
  return { user, session };
}
