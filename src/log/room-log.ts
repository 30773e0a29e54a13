import { newId } from '../base/ids.ts';
import type { Membership, Message, Room, RoomHead, SystemEventType, User } from '../generated/prisma/client.ts';
import type { Database } from '../storage/prisma.ts';
import type { RoomEvent } from './events/kinds.ts';
import { rowOf } from './events/recorded.ts';

/** The room of a change, and who makes it. */
export interface Subject {
  roomId: string;
  /** The user who makes the change; null for the server. */
  actorId: string | null;
  /** The user's row, if it is loaded: readers of an event show it. */
  actor?: User | null;
}

interface LockedRoom {
  room: Room;
  head: RoomHead;
  /** The database's clock when the lock was taken. */
  now: Date;
}

/**
 * The log of one room during a transaction that has the room locked. Numbers events, collects those that are recorded,
 * and writes them with the room's counters when the work is done.
 */
export class RoomLog {
  readonly tx: Database;
  readonly room: Room;
  readonly actorId: string | null;
  readonly #actor: User | null | undefined;
  /** The database's clock when the lock was taken; the same for every event of the transaction. */
  readonly now: Date;
  readonly events: RoomEvent[] = [];
  #head: RoomHead;

  constructor(tx: Database, { room, head, now }: LockedRoom, { actorId, actor }: Subject) {
    this.tx = tx;
    this.room = room;
    this.now = now;
    this.actorId = actorId;
    this.#actor = actor;
    this.#head = { ...head };
  }

  /** Number of the room's newest message, those of this transaction included. */
  get lastSequence(): number {
    return this.#head.lastSequence;
  }

  /** How many members the room has, after the changes of this transaction. */
  get memberCount(): number {
    return this.#head.memberCount;
  }

  /** Returns the membership of the user who makes the change; null for the server, and for a user who has none. */
  async findActorMembership(): Promise<Membership | null> {
    const { actorId: userId, room } = this;
    if (userId === null) return null;
    return this.tx.membership.findUnique({ where: { roomId_userId: { roomId: room.id, userId } } });
  }

  changeMemberCount(by: number): void {
    this.#head.memberCount += by;
  }

  /**
   * Returns the properties that every event has, with the next event number. The caller must record an event with them.
   */
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

  /** Writes the counters, the messages and the events, in at most three statements. */
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
