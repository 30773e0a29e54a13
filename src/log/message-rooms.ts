import { LRUCache } from 'lru-cache';
import { coalesce } from '../base/coalesce.ts';
import { inOrderOf } from '../graphql/loaders.ts';
import type { Query } from '../storage/pool.ts';

/** How many messages are kept: 2 MB. */
const kept = 10_000;

const statement = `
  SELECT want.id, stored."roomId" FROM unnest($1::uuid[]) AS want(id)
  CROSS JOIN LATERAL (SELECT "roomId" FROM "Message" WHERE "id" = want.id LIMIT 1) stored`;

interface RoomRow {
  id: string;
  roomId: string;
}

/** Knows the rooms of messages, which never change. It decides nothing: the writer checks each message again. */
export class MessageRooms {
  readonly #rooms = new LRUCache<string, string>({ max: kept });
  readonly #load: (messageId: string) => Promise<RoomRow | null>;
  readonly #loading = new Map<string, Promise<string | null>>();

  constructor(query: Query) {
    this.#load = coalesce(async (ids) => {
      const rows = await query<RoomRow & Record<string, unknown>>('rooms of messages', statement, [[...new Set(ids)]]);
      return inOrderOf(ids, rows, ({ id }) => id);
    });
  }

  note(messageId: string, roomId: string): void {
    this.#rooms.set(messageId, roomId);
  }

  /**
   * Returns the id of a message's room; null if there is no such message. Calls for one message are answered in their order:
   * the changes of a user must not overtake each other here.
   */
  async of(messageId: string): Promise<string | null> {
    const loading = this.#loading.get(messageId);
    if (loading) return loading;
    return this.#rooms.get(messageId) ?? this.#read(messageId);
  }

  #read(messageId: string): Promise<string | null> {
    const read = this.#load(messageId)
      .then((row) => {
        if (row) this.note(messageId, row.roomId);
        return row?.roomId ?? null;
      })
      .finally(() => this.#loading.delete(messageId));
    this.#loading.set(messageId, read);
    return read;
  }
}
