import type { RoomEventsOptions, Storage } from './api.ts';
import type { Core } from './core.ts';
import type { RoomEventFields } from './documents.ts';
import type { ParleyError } from './errors.ts';
import { RoomStream } from './room-stream.ts';

/** So many frames wait for the loop; the server keeps the rest. */
const maxWaiting = 32;

interface Part {
  readonly events: readonly RoomEventFields[];
  readonly cursor: string | null;
}

/**
 * Yields every event of a room after a cursor, or from now on. With `remember`, it continues where the loop has ended
 * last time: the cursor is stored after the body of the loop has ended for all events of a frame. Throws if the access
 * ends, or if the server cannot replay what was missed; then the remembered cursor is deleted.
 */
export async function* roomEvents(
  { core, storage }: { core: Core; storage: Storage },
  roomId: string,
  { after, remember, signal }: RoomEventsOptions = {},
): AsyncGenerator<RoomEventFields, void, undefined> {
  const memory = new CursorMemory(core, storage, remember && `cursor ${remember} ${roomId}`);
  const waiting: Part[] = [];
  let failure: ParleyError | null = null;
  let wake = () => {};
  const fail = (why: ParleyError) => {
    failure = why;
    wake();
  };
  const stream = new RoomStream(core, roomId, {
    apply(events) {
      waiting.push({ events, cursor: stream.cursor });
      if (waiting.length >= maxWaiting) stream.stop();
      wake();
    },
    caughtUp() {},
    ended: fail,
    reset: fail,
  });
  const isOver = () => signal?.aborted || core.ended.aborted;
  const onAbort = () => wake();
  for (const end of [signal, core.ended]) end?.addEventListener('abort', onAbort);
  try {
    stream.cursor = after ?? (await memory.load());
    while (!isOver()) {
      if (waiting.length === 0 && failure) throw await memory.forget(failure);
      if (waiting.length === 0) {
        stream.start();
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      for (const { events, cursor } of waiting.splice(0)) {
        for (const event of events) {
          if (isOver()) return;
          yield event;
        }
        await memory.save(cursor);
      }
    }
  } finally {
    for (const end of [signal, core.ended]) end?.removeEventListener('abort', onAbort);
    stream.stop();
  }
}

/** Keeps a cursor in the storage, if it has a name. */
class CursorMemory {
  readonly #core: Core;
  readonly #storage: Storage;
  readonly #id: string | undefined;
  #saved: string | null = null;

  constructor(core: Core, storage: Storage, id: string | undefined) {
    this.#core = core;
    this.#storage = storage;
    this.#id = id;
  }

  async load(): Promise<string | null> {
    if (!this.#id) return null;
    const rows = await this.#storage.load(this.#core.options.url);
    const cursor = rows.find(({ id }) => id === this.#id)?.cursor;
    this.#saved = typeof cursor === 'string' ? cursor : null;
    return this.#saved;
  }

  async save(cursor: string | null): Promise<void> {
    if (!this.#id || cursor === null || cursor === this.#saved) return;
    this.#saved = cursor;
    await this.#storage.put(this.#core.options.url, { id: this.#id, cursor });
  }

  async forget(why: ParleyError): Promise<ParleyError> {
    if (this.#id && this.#saved !== null) await this.#storage.delete(this.#core.options.url, this.#id);
    return why;
  }
}
