import { createHash } from 'node:crypto';
import type { RoomKind } from '../generated/prisma/client.ts';

/** The same for the same kind and the same people in whatever order: what makes a conversation unique. */
export function conversationKey(kind: RoomKind, userIds: readonly string[]): string {
  const members = [...new Set(userIds)].sort().join(',');
  return createHash('sha256').update(`${kind}:${members}`).digest('hex');
}
