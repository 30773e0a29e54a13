import { decodeEvents, type RoomEvent, roomTopic } from '../events.ts';
import type { Bus } from '../live/bus.ts';

/** Live events of rooms, as async iterables. */
export class RoomStreams {
  readonly #bus: Bus;
  readonly #followers = new Map<string, number>();

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  /** How many follow a room on this node. */
  followers(roomId: string): number {
    return this.#followers.get(roomId) ?? 0;
  }

  /** What happens in a room from now on; listening has begun when this resolves. */
  async follow(roomId: string): Promise<AsyncIterableIterator<RoomEvent>> {
    const pending: RoomEvent[] = [];
    let waiting: ((result: IteratorResult<RoomEvent>) => void) | null = null;
    let isEnded = false;
    const unsubscribe = await this.#bus.subscribe(roomTopic(roomId), (message) => {
      pending.push(...decodeEvents(message));
      const event = waiting && pending.shift();
      if (event) waiting?.({ value: event, done: false });
      if (event) waiting = null;
    });
    this.#followers.set(roomId, this.followers(roomId) + 1);
    const end = async (): Promise<IteratorResult<RoomEvent>> => {
      if (!isEnded) this.#followers.set(roomId, this.followers(roomId) - 1);
      isEnded = true;
      unsubscribe();
      waiting?.({ value: undefined, done: true });
      return { value: undefined, done: true };
    };
    const next = async (): Promise<IteratorResult<RoomEvent>> => {
      const event = pending.shift();
      if (event) return { value: event, done: false };
      if (isEnded) return { value: undefined, done: true };
      return new Promise((resolve) => {
        waiting = resolve;
      });
    };
    const events: AsyncIterableIterator<RoomEvent> = { next, return: end, [Symbol.asyncIterator]: () => events };
    return events;
  }
}
