import type { SendRequest } from '../api.ts';
import { createAlarm } from '../base/clock.ts';
import type { Core } from '../base/core.ts';
import { ParleyError, parleyError, throwFirst } from '../base/errors.ts';
import type { MessageFields } from '../documents.ts';
import { afterError } from './after-error.ts';
import { lanesOf, mutationOf } from './changes.ts';
import type { Entry } from './outgoing.ts';

const roomsAtOnce = 4;
const maxAgeMs = 7 * 24 * 3_600_000;

/** What is to be sent, and who learns of it. */
export interface Queue {
  readonly entries: () => readonly Entry[];
  /** Whether what earlier processes have left is here: it goes before anything new. */
  readonly isComplete: () => boolean;
  /** Puts a room behind the others, so that four busy rooms do not keep a fifth one waiting. */
  readonly putBack: (roomId: string) => void;
  readonly changed: (roomId: string) => void;
  /** The server has accepted an entry, and shows the message after it. */
  readonly settle: (entry: Entry, message: MessageFields | null) => void;
  readonly fail: (entry: Entry, why: ParleyError) => void;
  /** Fails all that waits for a room. */
  readonly closeRoom: (roomId: string, why: ParleyError) => void;
}

/** Sends in each room one entry at a time and in order, in four rooms at once. Returns what looks for more to send. */
export function createSender(core: Core, queue: Queue): () => void {
  const { clock, connection, session } = core;
  const alarm = createAlarm(clock);
  /** The rooms of the entries that are under way. */
  const busy = new Set<string>();
  /** When something may be sent again in rooms in which the server has asked to wait with everything. */
  const resting = new Map<string, number>();
  /** Whether it is still to be sent: its room may be closed meanwhile. */
  const isQueued = (entry: Entry) => !entry.isFailed && queue.entries().includes(entry);

  connection.subscribe(() => {
    if (connection.get().status !== 'ready') return;
    for (const entry of queue.entries()) if (entry.onReady) entry.notBefore = 0;
    sendNext();
  });
  return sendNext;

  function sendNext(): void {
    alarm();
    if (!queue.isComplete() || connection.get().status !== 'ready' || session.get().status !== 'signed-in') return;
    const now = clock.now();
    const blocked = new Set<string>();
    let next = Number.POSITIVE_INFINITY;
    for (const entry of queue.entries()) {
      const { roomId, change } = entry.row;
      if (busy.size >= roomsAtOnce) return;
      if (busy.has(roomId) || entry.isFailed) continue;
      const lanes = lanesOf(roomId, change, entry.id);
      const due = Math.max(entry.notBefore, resting.get(roomId) ?? 0);
      if (!lanes.some((lane) => blocked.has(lane))) {
        if (due <= now) void send(entry);
        else next = Math.min(next, due);
      }
      for (const lane of lanes) blocked.add(lane);
    }
    if (next < Number.POSITIVE_INFINITY) alarm(next - now, sendNext);
  }

  async function send(entry: Entry): Promise<void> {
    const { roomId, at } = entry.row;
    busy.add(roomId);
    try {
      await isStored(entry);
      if (!isQueued(entry)) return;
      if (clock.now() - at > maxAgeMs) throw new ParleyError({ code: 'EXPIRED', message: 'Not sent within a week.' });
      queue.settle(entry, await execute(entry));
    } catch (error) {
      if (isQueued(entry)) refused(entry, parleyError(error));
    } finally {
      busy.delete(roomId);
      queue.putBack(roomId);
      queue.changed(roomId);
      sendNext();
    }
  }

  async function execute(entry: Entry): Promise<MessageFields | null> {
    const { roomId, change } = entry.row;
    const controller = new AbortController();
    entry.abort = () => controller.abort();
    entry.state.set({ status: 'sending', tries: ++entry.tries });
    queue.changed(roomId);
    const [document, variables] = mutationOf(roomId, change);
    const { request } = entry;
    const own = request && payloadOf(request, variables.input);
    const how = { signal: controller.signal };
    const data = await core.execute(own ?? document, (own?.variables ?? variables) as never, how);
    // The server has decided, whatever becomes of it here.
    new Promise((resolve) => resolve(request?.answered(data))).catch(core.listenerFailed);
    const [payload] = Object.values(data as Record<string, Payload>);
    throwFirst(payload?.parleyErrors ?? payload?.userErrors ?? []);
    return (own ? null : payload?.message) ?? null;
  }

  function refused(entry: Entry, error: ParleyError): void {
    const { roomId } = entry.row;
    const next = afterError(error, entry.tries, core.random());
    if (next.kind === 'fail') {
      // Only members mark as read, but in some rooms everybody may write; and who may not change a message may do so too.
      const { kind } = entry.row.change;
      const isOfMessage = error.code === 'FORBIDDEN' && kind !== 'send';
      const isRoomClosed = next.isRoomClosed && kind !== 'read' && !isOfMessage;
      if (isRoomClosed) queue.closeRoom(roomId, error);
      else queue.fail(entry, error);
      return;
    }
    // If paused: the session store may not know yet that the session has ended.
    entry.notBefore = clock.now() + (next.kind === 'wait' ? next.ms : 1000);
    if (next.kind === 'pause') entry.state.set({ status: 'queued' });
    else {
      entry.onReady = next.until === 'connection';
      if (next.isRoomBusy) resting.set(roomId, entry.notBefore);
      entry.state.set({ status: 'waiting', until: entry.notBefore, code: error.code });
    }
  }
}

/** Returns the app's own mutation. If that is none, it is not sent: the server would close the connection. */
function payloadOf(request: SendRequest, input: object): ReturnType<SendRequest['payload']> {
  let cause: unknown = 'no { query, variables }';
  try {
    const own = request.payload(input);
    if (typeof own?.query === 'string' && JSON.stringify(own.variables ?? {}).startsWith('{')) return own;
  } catch (error) {
    cause = error;
  }
  throw new ParleyError({ code: 'BAD_REQUEST', message: `request.payload: ${String(cause)}`, cause });
}

/** Else a crash after the loss of the answer would forget it. An edit meanwhile writes it again. */
async function isStored(entry: Entry): Promise<void> {
  let stored: Promise<unknown> | undefined;
  do {
    stored = entry.stored;
    await stored;
  } while (stored !== entry.stored);
}

interface Payload {
  readonly message?: MessageFields | null;
  readonly userErrors?: readonly object[];
  readonly parleyErrors?: readonly object[];
}
