import type { RoomHead } from '../generated/prisma/client.ts';
import type { Services } from '../graphql/context.ts';
import type { Database } from '../storage/prisma.ts';
import { transact } from '../storage/transact.ts';
import type { RoomEvent } from './events/kinds.ts';
import { RoomLog, type Subject } from './room-log.ts';

/**
 * Locks a room until `tx` ends, runs `work` on its log and writes what `work` recorded. The caller publishes `events`
 * after the commit. The room must exist.
 */
export async function withRoomLog<Result>(
  tx: Database,
  subject: Subject,
  work: (log: RoomLog) => Promise<Result>,
): Promise<{ result: Result; events: RoomEvent[] }> {
  const { roomId } = subject;
  const [locked] = await tx.$queryRaw<(RoomHead & { now: Date })[]>`
    SELECT *, clock_timestamp() AS "now" FROM "RoomHead" WHERE "roomId" = ${roomId}::uuid FOR NO KEY UPDATE`;
  if (!locked) throw new Error(`Room ${roomId} has no head`);
  const { now, ...head } = locked;
  // Read after the lock is granted: a statement that began before would see an older state of the room.
  const room = await tx.room.findUniqueOrThrow({ where: { id: roomId } });
  const log = new RoomLog(tx, { room, head, now }, subject);
  const result = await work(log);
  await log.write();
  return { result, events: log.events };
}

/** Runs `work` on the log of a room in its own transaction. After the commit, publishes what `work` recorded. */
export async function changeRoom<Result>(
  { prisma, log: { runExclusive, publish } }: Pick<Services, 'prisma' | 'log'>,
  subject: Subject,
  work: (log: RoomLog) => Promise<Result>,
): Promise<Result> {
  // Many users who join a room at once wait here. If they waited for the lock in PostgreSQL, each would hold a
  // connection.
  const { result, events } = await runExclusive(subject.roomId, (locked) => {
    const workWithLock = (log: RoomLog) => {
      locked();
      return work(log);
    };
    return transact(prisma, (tx) => withRoomLog(tx, subject, workWithLock));
  });
  publish(events);
  return result;
}
