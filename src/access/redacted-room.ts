import type { Room } from '../generated/prisma/client.ts';
import type { RoomRow } from '../graphql/nodes.ts';

/** Returns what a former member may still see of a private room: which room it was, and nothing that is in it. */
export function redactedRoom({ id, kind, createdAt }: Room): RoomRow {
  const nothing = { slug: null, name: null, topic: null, avatarUrl: null, conversationKey: null, archivedAt: null };
  const rules = { postingPolicy: 'MEMBERS', slowModeSeconds: 0 } as const;
  return { ...nothing, ...rules, id, kind, createdAt, createdById: null, isRedacted: true };
}
