import { innerId } from '../../src/base/ids.ts';
import type { TestServer } from './server.ts';

interface Recorded {
  /** A value of "RoomEventType". */
  type: string;
  actorId: string;
  messageId?: string;
  userId?: string;
}

/**
 * Runs the statement `change`, and records an event as its mutation would, under the room's lock. Publishes nothing. Takes
 * global ids; returns the event's number.
 */
export async function record(server: TestServer, roomId: string, event: Recorded, change?: string): Promise<number> {
  const { type, actorId, messageId, userId } = event;
  const given = (id: string | undefined, kind: Parameters<typeof innerId>[0]) => (id ? innerId(kind, id) : null);
  return server.app.services.prisma.$transaction(async (tx) => {
    const [head] = await tx.$queryRaw<{ lastEventNumber: number }[]>`
      UPDATE "RoomHead" SET "lastEventNumber" = "lastEventNumber" + 1, "lastEventAt" = now() WHERE "roomId" = ${innerId('Room', roomId)}::uuid
      RETURNING "lastEventNumber"`;
    if (change) await tx.$executeRawUnsafe(change);
    await tx.$executeRaw`
      INSERT INTO "RoomEvent" ("roomId", "eventNumber", "type", "actorId", "messageId", "userId", "occurredAt")
      VALUES (${innerId('Room', roomId)}::uuid, ${head!.lastEventNumber}, ${type}::"RoomEventType",
        ${innerId('User', actorId)}::uuid, ${given(messageId, 'Message')}::uuid, ${given(userId, 'User')}::uuid, now())`;
    return head!.lastEventNumber;
  });
}
