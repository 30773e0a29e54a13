import type { Bus } from '../bus/bus.ts';
import type { RoomEvent } from '../log/events.ts';
import type { RoomWatches } from '../log/room-watch.ts';
import type { PresenceStore } from '../presence/store.ts';
import type { NotificationAdded, ViewerStream } from './viewer-stream.ts';

interface Room {
  streams: Set<ViewerStream>;
  /** Resolves once nothing that is committed from then on passes it by. */
  opening: Promise<(() => void) | null>;
  /** What happened is told in order, though presence must be asked for. */
  telling: Promise<void>;
}

interface NotifierOptions {
  watches: RoomWatches;
  presence: PresenceStore;
  bus: Bus;
}

/**
 * Tells those on this node who follow what concerns them of what happens in their rooms. One reading of a room, one
 * question who is present, and one notification serve all of its members.
 */
export class Notifier {
  readonly #options: NotifierOptions;
  readonly #rooms = new Map<string, Room>();
  readonly #streams = new Set<ViewerStream>();

  constructor(options: NotifierOptions) {
    this.#options = options;
    options.bus.watch((isConnected) => {
      // What was published meanwhile is lost: everybody starts over.
      if (isConnected) for (const stream of [...this.#streams]) stream.restart();
    });
  }

  add(stream: ViewerStream): void {
    this.#streams.add(stream);
  }

  remove(stream: ViewerStream): void {
    this.#streams.delete(stream);
  }

  /** Resolves once the stream hears of all that is committed in the room from then on. */
  async enter(roomId: string, stream: ViewerStream): Promise<void> {
    const room = this.#rooms.get(roomId) ?? this.#open(roomId);
    room.streams.add(stream);
    await room.opening.catch((error: unknown) => {
      this.leave(roomId, stream);
      throw error;
    });
  }

  leave(roomId: string, stream: ViewerStream): void {
    const room = this.#rooms.get(roomId);
    if (!room?.streams.delete(stream) || room.streams.size > 0) return;
    this.#rooms.delete(roomId);
    void room.opening.then(
      (unwatch) => unwatch?.(),
      () => {},
    );
  }

  #open(roomId: string): Room {
    const room: Room = { streams: new Set(), opening: Promise.resolve(null), telling: Promise.resolve() };
    this.#rooms.set(roomId, room);
    room.opening = this.#options.watches.watch(roomId, (events) => {
      const startOver = () => {
        for (const stream of [...room.streams]) stream.restart();
      };
      if (events) room.telling = room.telling.then(() => this.#tell(roomId, room, events)).catch(startOver);
      else startOver();
    });
    return room;
  }

  async #tell(roomId: string, room: Room, events: readonly RoomEvent[]): Promise<void> {
    const isMessage = events.some((event) => event.type === 'MESSAGE_ADDED' && event.message.kind === 'USER');
    const present = isMessage ? await this.#presentAmong(roomId, room) : nobody;
    for (const event of events) {
      if (event.type === 'MEMBERSHIP_CHANGED') {
        for (const stream of [...room.streams]) {
          if (stream.userId === event.membership.userId) stream.membershipChanged(event);
        }
      }
      if (event.type !== 'MESSAGE_ADDED' || event.message.kind !== 'USER') continue;
      // The same object for all, by which it is rendered once.
      const added: NotificationAdded = { type: 'NOTIFICATION_ADDED', roomId, message: event.message };
      for (const stream of room.streams) {
        if (stream.userId === event.message.authorId) stream.hasRead(roomId);
        else stream.notify(added, present.has(stream.userId));
      }
    }
  }

  async #presentAmong(roomId: string, { streams }: Room): Promise<ReadonlySet<string>> {
    const userIds = [...new Set([...streams].map(({ userId }) => userId))];
    const flags = await this.#options.presence.arePresent(roomId, userIds);
    return new Set(userIds.filter((_userId, index) => flags[index]));
  }
}

const nobody: ReadonlySet<string> = new Set();
