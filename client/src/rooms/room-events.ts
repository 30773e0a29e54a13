import type { RoomEventsOptions, Storage } from '../api.ts';
import type { Core } from '../base/core.ts';
import { onAbort } from '../base/deadline.ts';
import { notSignedIn, type ParleyError } from '../base/errors.ts';
import type { RoomEventFields } from '../documents.ts';
import { createRoomStream } from './room-stream.ts';

/** So many frames wait for the loop; the server keeps the rest. */
const maxWaiting = 32;

interface Part {
  readonly events: readonly RoomEventFields[];
  readonly cursor: string | null;
}

/**
 * Yields every event of a room after a cursor, or from now on. With `remember`, it continues where the loop has ended
 * last time: the cursor is stored after the body of the loop has ended for all events of a frame. Throws if the access
 * ends, or if the server cannot replay what was missed; then the remembered cursor is deleted. Also throws if events are
 * missing in spite of a second attempt (`HOLE`), the connection has failed for good, or the viewer is signed out; with
 * `remember`, the next loop goes on where this one was.
 */
export async function* roomEvents(
  { core, storage }: { core: Core; storage: Storage },
  roomId: string,
  { after, remember, signal }: RoomEventsOptions = {},
): AsyncGenerator<RoomEventFields, void, undefined> {
  const memory = remember ? storedCursor(storage, core.options.url, `cursor ${remember} ${roomId}`) : undefined;
  let waiting: Part[] = [];
  let failure: ParleyError | undefined;
  let halt: ParleyError | undefined;
  let isOver = false;
  let wake = () => {};
  const fail = (why: ParleyError) => {
    failure = why;
    wake();
  };
  const stream = createRoomStream(core, roomId, {
    apply(events) {
      waiting.push({ events, cursor: stream.cursor });
      if (waiting.length >= maxWaiting) stream.stop();
      wake();
    },
    ended: fail,
    reset: fail,
  });
  const abort = () => {
    isOver = true;
    wake();
  };
  /** Nothing comes any more, and a bot would wait for ever. What it has read stays remembered. */
  const check = () => {
    const connection = core.connection.get();
    if (connection.status === 'failed') halt = connection.why;
    const session = core.session.get();
    if (session.status === 'signed-out') halt = notSignedIn(session.why);
    if (halt) wake();
  };
  const unlisten = [
    onAbort(signal, abort),
    onAbort(core.ended, abort),
    core.connection.subscribe(check),
    core.session.subscribe(check),
  ];
  check();
  try {
    stream.cursor = after ?? (await memory?.load()) ?? null;
    while (!isOver) {
      const parts = waiting;
      waiting = [];
      for (const { events, cursor } of parts) {
        for (const event of events) {
          if (isOver) return;
          yield event;
        }
        await memory?.save(cursor);
      }
      if (waiting.length > 0 || isOver) continue;
      if (failure) {
        if (failure.code !== 'HOLE') await memory?.forget();
        throw failure;
      }
      if (halt) throw halt;
      stream.start();
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    for (const each of unlisten) each();
    stream.stop();
  }
}

/** A cursor that is kept in the storage. */
function storedCursor(storage: Storage, scope: string, id: string) {
  let saved: string | null = null;
  return {
    async load() {
      const row = (await storage.load(scope)).find((each) => each.id === id);
      saved = typeof row?.cursor === 'string' ? row.cursor : null;
      return saved;
    },
    async save(cursor: string | null) {
      if (cursor === null || cursor === saved) return;
      saved = cursor;
      await storage.put(scope, { id, cursor });
    },
    async forget() {
      if (saved !== null) await storage.delete(scope, id);
    },
  };
}
