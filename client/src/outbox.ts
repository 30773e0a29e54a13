import { afterError } from './answers.ts';
import type { Outbox, Outgoing, SendRequest } from './api.ts';
import type { Core } from './core.ts';
import type { MessageFields } from './documents.ts';
import { ParleyError } from './errors.ts';
import { newClientMessageId } from './ids.ts';
import { type Change, Entry, mutationOf, type OutgoingRow } from './outgoing.ts';
import type { OutgoingRows } from './outgoing-rows.ts';
import { RoomQueue } from './room-queue.ts';
import { Listeners } from './store.ts';

const roomsAtOnce = 4;
const answerWithinMs = 15_000;
const maxAgeMs = 7 * 24 * 3_600_000;
const scanEveryMs = 60_000;

/** What a room learns of its changes. */
export interface OutboxListener {
  /** The server has accepted a change, and shows the message after it. */
  answered(message: MessageFields): void;
  /** What is waiting, or its state, has changed. */
  changed(): void;
}

/**
 * Sends changes until the server has accepted or refused them: in each room one at a time and in order, in four rooms at
 * once. Each can be repeated without harm. Rows in the storage outlive this process.
 */
export class SendQueue implements Outbox {
  readonly elsewhere;
  readonly #core: Core;
  readonly #rows: OutgoingRows;
  readonly #rooms = new Map<string, RoomQueue>();
  readonly #listeners = new Map<string, OutboxListener>();
  readonly #watchers = new Listeners<[]>();
  #list: readonly Outgoing[] | null = [];
  readonly #sending = new Set<RoomQueue>();
  #lastOrder = 0;
  #userId: string | null = null;
  /** Whether what earlier processes have left is here: it goes before anything new. */
  #hasInherited = false;
  #release: (() => void) | null = null;
  #cancelTimer: () => void = () => {};
  #cancelScan: () => void = () => {};
  readonly #stops: (() => void)[];

  constructor(core: Core, rows: OutgoingRows) {
    this.#core = core;
    this.#rows = rows;
    this.elsewhere = rows.elsewhere;
    const onConnection = () => {
      if (core.connection.get().status !== 'ready') return;
      for (const entry of this.#entries()) if (entry.onReady) entry.notBefore = 0;
      this.#pump();
    };
    this.#stops = [
      core.session.subscribe(() => this.#follow()),
      core.connection.subscribe(onConnection),
      core.wake.onWake(() => this.#scan()),
    ];
    this.#follow();
  }

  readonly get = (): readonly Outgoing[] =>
    (this.#list ??= this.#entries().filter(({ row }) => row.change.kind !== 'read'));
  readonly subscribe = (changed: () => void): (() => void) => this.#watchers.add(changed);

  listen(roomId: string, listener: OutboxListener): void {
    this.#listeners.set(roomId, listener);
  }

  /** Returns what waits in a room, in order. */
  of(roomId: string): readonly Entry[] {
    return this.#rooms.get(roomId)?.entries ?? [];
  }

  /** Adds a change, or makes it part of one that waits. */
  add(roomId: string, change: Change, request?: SendRequest): Entry {
    const queue = this.#queue(roomId);
    const same = queue.coalesce(change);
    if (same) {
      if (same.row.change !== change) same.row = { ...same.row, change: merged(same.row.change, change) };
      this.#rows.put(same);
      this.#changed(roomId);
      return same;
    }
    const at = this.#core.clock.now();
    this.#lastOrder = Math.max(at, this.#lastOrder + 1);
    const row: OutgoingRow = {
      id: newClientMessageId(at),
      roomId,
      owner: this.#rows.tabs.name,
      order: this.#lastOrder,
      at,
      change,
    };
    const entry = new Entry(row, this, request);
    queue.entries.push(entry);
    this.#rows.put(entry);
    this.#changed(roomId);
    this.#pump();
    return entry;
  }

  /** The stream has brought a message: if it is one that waits, it is sent. */
  echo(roomId: string, message: MessageFields): void {
    const entry = this.of(roomId).find(({ id }) => id === message.id);
    // The app's own document has its own answer.
    if (entry && !entry.request) this.#settle(entry, message);
  }

  /** The viewer may no longer write in this room. */
  closeRoom(roomId: string, why: ParleyError): void {
    for (const entry of this.of(roomId)) if (!entry.isFailed) this.#fail(entry, why);
    this.#changed(roomId);
  }

  retry(entry: Entry): void {
    const state = entry.state.get();
    if (state.status !== 'failed') return;
    const { change, failed: _, ...row } = entry.row;
    const at = this.#core.clock.now();
    this.#rows.delete(entry);
    const isTaken = change.kind === 'send' && state.why.code === 'IDEMPOTENCY_MISMATCH';
    const fresh = isTaken ? { ...change, clientMessageId: newClientMessageId(at) } : change;
    entry.row = { ...row, at, change: fresh };
    entry.requeue();
    this.#rows.put(entry);
    this.#changed(row.roomId);
    this.#pump();
  }

  discard(entry: Entry): void {
    if (entry.state.get().status === 'sent') return;
    this.#remove(entry);
    entry.fail(new ParleyError({ code: 'DISCARDED' }));
    this.#changed(entry.row.roomId);
    this.#pump();
  }

  async takeOver(): Promise<void> {
    this.#adopt(await this.#rows.inherit('all'));
  }

  /** Forgets all changes, in the storage only if told so. Returns how many were not sent. */
  async signOut(unsent: 'discard' | 'keep'): Promise<number> {
    const count = this.get().length;
    if (unsent === 'discard') await this.#rows.clear();
    this.#empty('SIGNED_OUT');
    return count;
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
    this.#empty('DISPOSED');
    this.#watchers.clear();
  }

  /** The session has changed: whose rows are sent depends on it. */
  #follow(): void {
    const session = this.#core.session.get();
    if (session.status !== 'signed-in') return;
    if (this.#userId !== session.userId) {
      if (this.#userId !== null) this.#empty('SIGNED_OUT');
      this.#userId = session.userId;
      this.#rows.enter(session.userId);
      for (const entry of this.#entries()) this.#rows.put(entry); // typed before the user was known
      this.#scan();
    }
    this.#pump();
  }

  #scan(): void {
    this.#cancelScan();
    if (this.#userId === null) return;
    this.#cancelScan = this.#core.clock.after(scanEveryMs, () => this.#scan());
    const { scope } = this.#rows;
    void this.#rows.inherit('gone').then((rows) => {
      if (scope !== this.#rows.scope) return;
      this.#hasInherited = true;
      this.#adopt(rows);
    });
  }

  #adopt(rows: readonly OutgoingRow[]): void {
    for (const row of rows) {
      this.#lastOrder = Math.max(this.#lastOrder, row.order);
      const entry = new Entry(row, this);
      entry.tries = 1; // another process may have sent it
      this.#queue(row.roomId).insert(entry);
    }
    for (const roomId of new Set(rows.map((row) => row.roomId))) this.#changed(roomId);
    this.#pump();
  }

  #pump(): void {
    const { connection, session } = this.#core;
    const isReady = this.#hasInherited && connection.get().status === 'ready' && session.get().status === 'signed-in';
    const now = this.#core.clock.now();
    this.#cancelTimer();
    let next = Number.POSITIVE_INFINITY;
    for (const queue of this.#rooms.values()) {
      if (!isReady || this.#sending.size >= roomsAtOnce) break;
      if (this.#sending.has(queue)) continue;
      const { entry, at } = queue.next(now);
      if (entry) void this.#send(queue, entry);
      else next = Math.min(next, at);
    }
    if (next < Number.POSITIVE_INFINITY) this.#cancelTimer = this.#core.clock.after(next - now, () => this.#pump());
  }

  async #send(queue: RoomQueue, entry: Entry): Promise<void> {
    const { roomId, at } = entry.row;
    this.#sending.add(queue);
    try {
      // Else a crash after the loss of the answer would forget it. An edit meanwhile writes it again.
      let stored: Promise<unknown> | null;
      do {
        stored = entry.stored;
        await stored;
      } while (stored !== entry.stored);
      if (!this.of(roomId).includes(entry)) return;
      if (this.#core.clock.now() - at > maxAgeMs) throw new ParleyError({ code: 'EXPIRED' });
      this.#settle(entry, await this.#execute(entry));
    } catch (error) {
      if (this.of(roomId).includes(entry)) this.#refused(queue, entry, error as ParleyError);
    } finally {
      this.#sending.delete(queue);
      this.#rotate(roomId, queue);
      this.#changed(roomId);
      this.#pump();
    }
  }

  /** Puts a room behind the others, so that four busy rooms do not keep a fifth one waiting. */
  #rotate(roomId: string, queue: RoomQueue): void {
    if (this.#rooms.get(roomId) !== queue) return;
    this.#rooms.delete(roomId);
    if (queue.entries.length > 0) this.#rooms.set(roomId, queue);
  }

  async #execute(entry: Entry): Promise<MessageFields | null> {
    const controller = new AbortController();
    entry.abort = () => controller.abort();
    entry.state.set({ status: 'sending', tries: ++entry.tries });
    this.#changed(entry.row.roomId);
    const [document, variables] = mutationOf(entry.row);
    const options = { timeoutMs: answerWithinMs, signal: controller.signal };
    const own = entry.request?.payload(variables.input);
    const data = await this.#core.execute(own ?? document, (own?.variables ?? variables) as never, options);
    entry.request?.answered(data);
    const [payload] = Object.values(data as Record<string, Payload>);
    const [refusal] = payload?.parleyErrors ?? payload?.userErrors ?? [];
    if (refusal) throw new ParleyError({ ...refusal, path: refusal.path ?? [] });
    return (own ? null : payload?.message) ?? null;
  }

  #refused(queue: RoomQueue, entry: Entry, error: ParleyError): void {
    const { clock, random } = this.#core;
    const next = afterError(error, entry.tries, random());
    if (error.code === 'TIMEOUT') this.#core.ping();
    if (next.kind === 'fail') {
      const failed = next.isRoomClosed ? queue.entries.filter(({ isFailed }) => !isFailed) : [entry];
      for (const other of failed) this.#fail(other, error);
    } else if (next.kind === 'wait') {
      entry.notBefore = clock.now() + next.ms;
      entry.onReady = next.until === 'connection';
      if (next.isRoomBusy) queue.notBefore = entry.notBefore;
      entry.state.set({ status: 'waiting', until: entry.notBefore, code: error.code });
    } else {
      entry.notBefore = clock.now() + 1000; // the session store may not know yet that the session has ended
      entry.state.set({ status: 'queued' });
    }
  }

  #settle(entry: Entry, message: MessageFields | null): void {
    const { roomId } = entry.row;
    if (!this.of(roomId).includes(entry)) return;
    this.#remove(entry);
    if (message) this.#listeners.get(roomId)?.answered(message);
    entry.sent(message as MessageFields);
    this.#changed(roomId);
  }

  #fail(entry: Entry, why: ParleyError): void {
    entry.row = { ...entry.row, failed: { code: why.code, message: why.message } };
    this.#rows.put(entry);
    entry.fail(why);
  }

  #remove(entry: Entry): void {
    this.#rooms.get(entry.row.roomId)?.remove(entry);
    this.#rows.delete(entry);
    entry.abort?.();
  }

  #empty(code: 'SIGNED_OUT' | 'DISPOSED'): void {
    this.#cancelTimer();
    this.#cancelScan();
    const entries = this.#entries();
    const rooms = [...this.#rooms.keys()];
    this.#rooms.clear();
    this.#userId = null;
    this.#hasInherited = false;
    this.#rows.leave();
    for (const entry of entries) {
      entry.abort?.();
      entry.fail(new ParleyError({ code }));
    }
    for (const roomId of rooms) this.#changed(roomId);
  }

  #changed(roomId: string): void {
    this.#list = null;
    this.#listeners.get(roomId)?.changed();
    this.#watchers.call();
    const isBusy = [...this.#rooms.values()].some(({ entries }) => entries.some(({ isFailed }) => !isFailed));
    if (isBusy) this.#release ??= this.#core.need();
    else {
      this.#release?.();
      this.#release = null;
    }
  }

  #entries(): Entry[] {
    return [...this.#rooms.values()].flatMap(({ entries }) => entries);
  }

  #queue(roomId: string): RoomQueue {
    const queue = this.#rooms.get(roomId) ?? new RoomQueue();
    this.#rooms.set(roomId, queue);
    return queue;
  }
}

interface Payload {
  readonly message?: MessageFields | null;
  readonly userErrors?: readonly Refusal[];
  readonly parleyErrors?: readonly Refusal[];
}

interface Refusal {
  readonly code: ParleyError['code'];
  readonly message: string;
  readonly path: readonly string[] | null;
  readonly retryAfterMs?: number;
}

/** Returns a waiting change together with a later one. */
function merged(waiting: Change, later: Change): Change {
  if (waiting.kind === 'send' && later.kind === 'edit') return { ...waiting, text: later.text };
  if (waiting.kind === 'read' && later.kind === 'read') return { ...later, upTo: Math.max(waiting.upTo, later.upTo) };
  return waiting.kind === 'send' ? waiting : later;
}
