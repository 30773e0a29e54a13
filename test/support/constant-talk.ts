import { setTimeout as pause } from 'node:timers/promises';
import { innerId } from '../../src/base/ids.ts';
import { UpdateRoomDocument } from '../generated/graphql.ts';
import { edit } from './messages.ts';
import type { Person } from './person.ts';
import type { Random } from './random.ts';
import { done, say } from './rooms.ts';
import type { TestServer } from './server.ts';
import { until } from './until.ts';

/** A text that was written in a room, as a message, as an edit or as the room's name. */
interface Written {
  /** Comparable with Date.now(): when its author sent it. */
  sentAt: number;
  event: { messageId: string; isEdit: boolean } | { renaming: number };
}

const marks = /\bw\d+x\b/g;
/** Long enough that a few results fill the budget of a connection. */
const bulk = ' bulk'.repeat(300);

/** Users who write in a room without pause; each text has a mark that occurs nowhere else. */
export class ConstantTalk {
  readonly #roomId: string;
  readonly #authors: readonly Person[];
  readonly #written = new Map<string, Written>();
  readonly #editable: { id: string; author: Person }[] = [];
  readonly #random: Random;
  #renamings = 0;
  #said = 0;
  #isOver = false;
  #talking: Promise<unknown> = Promise.resolve();

  /** The first author owns the room. */
  constructor(roomId: string, authors: readonly Person[], random: Random) {
    this.#roomId = roomId;
    this.#authors = authors;
    this.#random = random;
  }

  /** Writes messages at once, so that a reader from the beginning has something to read. */
  async fill(count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, (_, index) => this.#say(this.#authors[index % 2]!)));
  }

  begin(): void {
    this.#talking = Promise.all(this.#authors.map((author) => this.#talk(author)));
  }

  /** Resolves when this many more texts were written. */
  async goOn(count: number): Promise<void> {
    const enough = this.#said + count;
    await until(() => this.#said >= enough, 10);
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await this.#talking;
  }

  /** Returns the texts of a transcript that were sent after an instant. */
  sentAfter(instant: number, transcript: string): string[] {
    return this.#marksIn(transcript).filter((mark) => this.#written.get(mark)!.sentAt > instant);
  }

  /** Returns a function that lists the texts of a transcript whose events have numbers above `eventNumber`. */
  async numbers({ app }: TestServer): Promise<(eventNumber: number, transcript: string) => string[]> {
    const where = { roomId: innerId('Room', this.#roomId) };
    const { prisma } = app.services;
    const messages = await prisma.message.findMany({ where, select: { id: true, eventNumber: true } });
    const events = await prisma.roomEvent.findMany({ where, orderBy: { eventNumber: 'asc' } });
    const added = new Map(messages.map(({ id, eventNumber }) => [id, eventNumber]));
    const edited = new Map(
      events.flatMap(({ type, messageId, eventNumber }) =>
        type === 'MESSAGE_UPDATED' && messageId ? [[messageId, eventNumber] as const] : [],
      ),
    );
    const renamed = events.filter(({ type }) => type === 'ROOM_UPDATED');
    const numberOf = (mark: string) => {
      const { event } = this.#written.get(mark)!;
      if ('renaming' in event) return renamed[event.renaming]?.eventNumber ?? 0;
      return (event.isEdit ? edited : added).get(event.messageId) ?? 0;
    };
    return (eventNumber, transcript) => this.#marksIn(transcript).filter((mark) => numberOf(mark) > eventNumber);
  }

  async #talk(author: Person): Promise<void> {
    while (!this.#isOver) {
      await this.#act(author);
      await pause(this.#random.below(120));
    }
  }

  #act(author: Person): Promise<void> {
    const chance = this.#random.next();
    if (chance < 0.2 && this.#editable.length > 0) return this.#edit();
    if (chance < 0.25 && author === this.#authors[0]) return this.#rename(author);
    return this.#say(author);
  }

  async #say(author: Person): Promise<void> {
    await this.#write(async (mark) => {
      const { id } = await say(author, this.#roomId, `${mark}${bulk}`);
      this.#editable.push({ id, author });
      return { messageId: innerId('Message', id), isEdit: false };
    });
  }

  async #edit(): Promise<void> {
    const { id, author } = this.#editable.splice(this.#random.below(this.#editable.length), 1)[0]!;
    await this.#write(async (mark) => {
      done(await edit(author, id, mark));
      return { messageId: innerId('Message', id), isEdit: true };
    });
  }

  async #rename(owner: Person): Promise<void> {
    await this.#write(async (mark) => {
      done((await owner.ask(UpdateRoomDocument, { input: { roomId: this.#roomId, name: mark } })).updateRoom);
      return { renaming: this.#renamings++ };
    });
  }

  async #write(write: (mark: string) => Promise<Written['event']>): Promise<void> {
    const mark = `w${this.#written.size}x`;
    const written: Written = { sentAt: Date.now(), event: { renaming: -1 } };
    this.#written.set(mark, written);
    written.event = await write(mark);
    this.#said += 1;
  }

  #marksIn(transcript: string): string[] {
    return [...new Set(transcript.match(marks))].filter((mark) => this.#written.has(mark));
  }
}
