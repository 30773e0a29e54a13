import { newId } from '../base/ids.ts';
import type { Message, Room, RoomHead, SystemEventType, User } from '../generated/prisma/client.ts';
import type { Services } from '../graphql/context.ts';
import type { Database } from '../storage/prisma.ts';
import { transact } from '../storage/transact.ts';
import { type RecordedEvent, type RoomEvent, recordedKindOf } from './events/kinds.ts';

interface Subject {
  roomId: string;
  /** Who does it; null for the server itself. */
  actorId: string | null;
  /** Who that is, where it is known: readers of an event want to see them. */
  actor?: User | null;
}

/**
 * The log of one room, held under the room's lock until the transaction ends: gives out the numbers, collects what is
 * recorded, and writes it with the counters at the end of the work.
 */
export class RoomLog {
  readonly tx: Database;
  readonly room: Room;
  readonly actorId: string | null;
  readonly #actor: User | null | undefined;
  /** The database's clock when the lock was taken; the same for all that is recorded. */
  readonly now: Date;
  readonly events: RoomEvent[] = [];
  #head: RoomHead;

  constructor(tx: Database, { room, head, now, actorId, actor }: { room: Room; head: RoomHead; now: Date } & Subject) {
    this.tx = tx;
    this.room = room;
    this.now = now;
    this.actorId = actorId;
    this.#actor = actor;
    this.#head = { ...head };
  }

  /** Number of the room's newest message once this work is written. */
  get lastSequence(): number {
    return this.#head.lastSequence;
  }

  /** How many members the room has once this work is written. */
  get memberCount(): number {
    return this.#head.memberCount;
  }

  changeMemberCount(by: number): void {
    this.#head.memberCount += by;
  }

  /** The number and the circumstances of the next event. Each call must be followed by `record`. */
  next() {
    this.#head.lastEventNumber += 1;
    this.#head.lastEventAt = this.now;
    const { actorId, now } = this;
    return {
      roomId: this.room.id,
      eventNumber: this.#head.lastEventNumber,
      occurredAt: now,
      actorId,
      actor: this.#actor,
    };
  }

  record(event: RoomEvent): void {
    this.events.push(event);
  }

  addSystemMessage(type: SystemEventType, subjectId: string): void {
    const numbered = this.next();
    this.#head.lastSequence += 1;
    const message: Message = {
      ...emptyMessage,
      id: newId(),
      roomId: this.room.id,
      sequence: this.#head.lastSequence,
      eventNumber: numbered.eventNumber,
      systemEventType: type,
      systemSubjectId: subjectId,
      createdAt: this.now,
    };
    this.record({ ...numbered, actorId: null, actor: null, type: 'MESSAGE_ADDED', message });
  }

  /** Writes the counters, the messages and the events: three statements at most. */
  async write(): Promise<void> {
    const { roomId, epoch: _unchanged, ...counters } = this.#head;
    const messages = this.events.flatMap((event) => (event.type === 'MESSAGE_ADDED' ? [event.message as Message] : []));
    const others = this.events.flatMap((event) => (event.type === 'MESSAGE_ADDED' ? [] : [rowOf(event)]));
    if (this.events.length === 0) return;
    await this.tx.roomHead.update({ where: { roomId }, data: counters });
    if (messages.length > 0) await this.tx.message.createMany({ data: messages });
    if (others.length > 0) await this.tx.roomEvent.createMany({ data: others });
  }
}

const emptyMessage = {
  kind: 'SYSTEM' as const,
  authorId: null,
  text: null,
  clientMessageId: null,
  replyToId: null,
  systemEventType: null,
  systemSubjectId: null,
  editedAt: null,
  deletedAt: null,
};

function rowOf(event: RecordedEvent) {
  const { roomId, eventNumber, type, actorId, occurredAt } = event;
  return { roomId, eventNumber, type, actorId, occurredAt, ...recordedKindOf(event).columnsOf(event) };
}

/**
 * Locks the room until `tx` ends, runs `work` on its log and writes what that recorded. The caller publishes `events`
 * after the commit. The room must exist.
 */
export async function withRoomLog<Result>(
  tx: Database,
  { roomId, actorId, actor }: Subject,
  work: (log: RoomLog) => Promise<Result>,
): Promise<{ result: Result; events: RoomEvent[] }> {
  const [locked] = await tx.$queryRaw<(RoomHead & { now: Date })[]>`
    SELECT *, clock_timestamp() AS "now" FROM "RoomHead" WHERE "roomId" = ${roomId}::uuid FOR NO KEY UPDATE`;
  if (!locked) throw new Error(`Room ${roomId} has no head`);
  const { now, ...head } = locked;
  // Read only now: a statement that began before the lock was granted would see the room as it was then.
  const room = await tx.room.findUniqueOrThrow({ where: { id: roomId } });
  const log = new RoomLog(tx, { room, head, now, roomId, actorId, actor });
  const result = await work(log);
  await log.write();
  return { result, events: log.events };
}

/** Runs `work` on the log of a room in a transaction of its own, and publishes what it recorded after the commit. */
export async function changeRoom<Result>(
  { prisma, log: { runExclusive, publish } }: Pick<Services, 'prisma' | 'log'>,
  subject: Subject,
  work: (log: RoomLog) => Promise<Result>,
): Promise<Result> {
  // A crowd that joins a room waits here, and does not use up the connections by waiting for the room's lock.
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
