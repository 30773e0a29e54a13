import { newId } from '../base/ids.ts';
import type { ApiKey } from '../generated/prisma/client.ts';
import { hashOf, newApiKey } from '../sessions/api-key.ts';
import type { Database } from '../storage/prisma.ts';
import { displayNameColumns, requireDisplayName } from '../users/display-name.ts';
import { guestUsername } from '../users/usernames.ts';

/**
 * Creates an API key, and the user that it acts as: a BOT who is an administrator. Each request with the key is checked by a
 * session, which has the id of the key. Only the hash of the key is stored. Throws INVALID_INPUT.
 */
export async function createApiKey(db: Database, { name }: { name: string }): Promise<{ apiKey: ApiKey; key: string }> {
  const displayName = requireDisplayName(name, ['name']);
  const key = newApiKey();
  const id = newId();
  const { apiKeys } = await db.user.create({
    data: {
      ...guestUsername(displayName, 'bot'),
      ...displayNameColumns(displayName),
      kind: 'BOT',
      isAdmin: true,
      apiKeys: { create: { id, name: displayName, hash: hashOf(key) } },
      // Not seen yet: the first use is written at once, later ones at most once a minute.
      sessions: { create: { id, lastSeenAt: new Date(0) } },
    },
    include: { apiKeys: true },
  });
  return { apiKey: apiKeys[0]!, key };
}
