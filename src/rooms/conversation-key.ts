import { createHash } from 'node:crypto';
import type { RoomKind } from '../generated/prisma/client.ts';

/** Returns the unique key of a conversation: the same for the same kind and the same users, in any order. */
export function conversationKey(kind: RoomKind, userIds: readonly string[]): string {
  const members = [...new Set(userIds)].sort().join(',');
  return createHash('sha256').update(`${kind}:${members}`).digest('hex');
}
