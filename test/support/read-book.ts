import { globalId, innerId } from '../../src/base/ids.ts';
import { remove } from './messages.ts';
import type { Person } from './person.ts';
import type { Random } from './random.ts';
import { read } from './reading.ts';
import { join, leave, say } from './rooms.ts';
import type { TestServer } from './server.ts';

/** The read positions of users in their rooms, as a client counts them. */
export class ReadBook {
  readonly #server: TestServer;
  readonly #positions = new Map<string, number>();

  constructor(server: TestServer) {
    this.#server = server;
  }

  /** Returns all messages of a room, oldest first. */
  messagesIn(roomId: string) {
    const where = { roomId: innerId('Room', roomId) };
    return this.#server.app.services.prisma.message.findMany({ where, orderBy: { sequence: 'asc' } });
  }

  /** Returns those of the rooms that a person is in. */
  roomsOf(person: Person, rooms: readonly string[]): string[] {
    return rooms.filter((roomId) => this.#positions.has(key(roomId, person)));
  }

  /** Notes that a person has read up to a message. */
  turnTo(roomId: string, person: Person, sequence: number): void {
    this.#positions.set(key(roomId, person), Math.max(sequence, this.#positions.get(key(roomId, person)) ?? 0));
  }

  /** Returns a person's read state, with unread messages counted one by one. */
  async readStateOf(roomId: string, person: Person) {
    const position = this.#positions.get(key(roomId, person)) ?? Number.NaN;
    const unread = (await this.messagesIn(roomId)).filter(
      ({ sequence, kind, authorId, deletedAt }) =>
        sequence > position && kind === 'USER' && authorId !== innerId('User', person.id) && !deletedAt,
    );
    return {
      lastReadSequence: position,
      unreadCount: { value: unread.length, isCapped: false },
      firstUnreadMessage: unread[0] ? { id: globalId('Message', unread[0].id) } : null,
    };
  }

  /** Lets a user do something at random in a room, and notes the read position that results. */
  async actAtRandom(random: Random, person: Person, roomId: string): Promise<void> {
    const messages = await this.messagesIn(roomId);
    const newest = messages.at(-1)?.sequence ?? 0;
    const own = messages.filter(({ authorId, deletedAt }) => authorId === innerId('User', person.id) && !deletedAt);
    if (!this.#positions.has(key(roomId, person))) {
      // Sending a message also joins the room, and marks the welcome message as read.
      if (random.isTrue(0.5)) return this.turnTo(roomId, person, (await say(person, roomId, 'Hi')).sequence);
      await join(person, roomId);
      return this.turnTo(roomId, person, newest);
    }
    const die = random.next();
    if (die < 0.5) this.turnTo(roomId, person, (await say(person, roomId, 'Hello')).sequence);
    else if (die < 0.65 && own.length > 0) await remove(person, globalId('Message', random.of(own).id));
    else if (die < 0.9) {
      const upTo = random.below(newest + 3);
      await read(person, roomId, upTo);
      this.turnTo(roomId, person, Math.min(upTo, newest));
    } else if (die < 0.95) {
      await leave(person, roomId);
      this.#positions.delete(key(roomId, person));
    }
  }
}

const key = (roomId: string, { id }: Person) => `${roomId} ${id}`;
