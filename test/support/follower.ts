import { expect } from '@jest/globals';
import type { ExecutionResult } from 'graphql';
import { RoomEventsDocument, type RoomEventsSubscription } from '../generated/graphql.ts';
import type { Person } from './person.ts';
import { until } from './until.ts';

type Frame = RoomEventsSubscription['roomEvents'];

/** A device that follows the log of a room, and can prove that it missed nothing. */
export class Follower {
  /** All frames, in order, before and after each `resume`. */
  readonly frames: Frame[] = [];
  readonly #person: Person;
  readonly #roomId: string;
  #cursor: string | null;
  #results: AsyncIterator<ExecutionResult<RoomEventsSubscription>> | null = null;
  #reading: Promise<void> = Promise.resolve();
  #hasEnded = false;

  private constructor(person: Person, roomId: string, after: string | null) {
    this.#person = person;
    this.#roomId = roomId;
    this.#cursor = after;
  }

  /**
   * Follows a room from a cursor, or from now. Resolves when it has the first frame; rejects if the server refuses the
   * subscription.
   */
  static async of(person: Person, roomId: string, after: string | null = null): Promise<Follower> {
    const follower = new Follower(person, roomId, after);
    follower.resume();
    await until(() => follower.frames.length > 0 || follower.#hasEnded);
    if (follower.#hasEnded) await follower.ended;
    return follower;
  }

  /** Numbers of the events it got. */
  get numbers(): number[] {
    return this.frames.flatMap(({ events }) => events.map(({ eventNumber }) => eventNumber));
  }

  /** Texts of the messages it got. */
  get texts(): (string | null | undefined)[] {
    return this.#written.map(({ text }) => text);
  }

  /** Numbers of the messages it got. */
  get sequences(): number[] {
    return this.#written.map(({ sequence }) => sequence);
  }

  /** Messages that were added or edited, by the events. */
  get #written() {
    return this.frames.flatMap(({ events }) =>
      events.flatMap((event) =>
        event.__typename === 'MessageAddedEvent' || event.__typename === 'MessageUpdatedEvent' ? event.message : [],
      ),
    );
  }

  /** The number of the last event that it received. */
  get position(): number {
    return this.frames.at(-1)?.positionAfter ?? Number.NaN;
  }

  /** Resolves when the server has ended the subscription; rejects if it ended with an error. */
  get ended(): Promise<void> {
    return this.#reading;
  }

  /** Resumes from the cursor of the last frame. */
  resume(): void {
    const variables = { roomId: this.#roomId, after: this.#cursor };
    this.#results = this.#person.follow(RoomEventsDocument, variables);
    this.#hasEnded = false;
    this.#reading = this.#read(this.#results).finally(() => {
      this.#hasEnded = true;
    });
    this.#reading.catch(() => {}); // tests await `ended` if they need the error
  }

  /** Stops following. */
  async hangUp(): Promise<void> {
    await this.#results?.return?.();
    await this.#reading;
  }

  async untilAt(eventNumber: number): Promise<void> {
    await until(() => this.position >= eventNumber || this.#hasEnded);
  }

  async untilHeard(text: string): Promise<void> {
    await until(() => this.texts.includes(text) || this.#hasEnded);
  }

  /**
   * Expects every event after the beginning of the first frame exactly once and in order, and each frame to continue
   * the one before.
   */
  expectNothingMissed(): void {
    const start = this.frames[0]!.positionBefore;
    let position = start;
    for (const { positionBefore, positionAfter, events } of this.frames) {
      const numbers = Array.from({ length: positionAfter - position }, (_, index) => position + index + 1);
      expect(positionBefore).toBe(position);
      expect(events.map(({ eventNumber }) => eventNumber)).toEqual(numbers);
      position = positionAfter;
    }
  }

  async #read(results: AsyncIterator<ExecutionResult<RoomEventsSubscription>>): Promise<void> {
    for (let result = await results.next(); !result.done; result = await results.next()) {
      const { data, errors } = result.value;
      if (errors?.[0]) throw errors[0];
      this.frames.push(data!.roomEvents);
      this.#cursor = data!.roomEvents.cursor;
    }
  }
}
