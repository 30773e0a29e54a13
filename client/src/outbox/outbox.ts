import type { Outgoing, SendRequest } from '../api.ts';
import { createAlarm } from '../base/clock.ts';
import type { Core } from '../base/core.ts';
import { disposed, noWebSocket, ParleyError, signedOut } from '../base/errors.ts';
import { newClientMessageId } from '../base/ids.ts';
import { Listeners } from '../base/store.ts';
import type { MessageFields } from '../documents.ts';
import { type Change, merged } from './changes.ts';
import { createEntry, type Entry, isOlder, isOpenTo, type OutgoingRow, ofAnother } from './outgoing.ts';
import type { OutgoingRows } from './outgoing-rows.ts';
import type { OutboxListener, SendQueue } from './send-queue.ts';
import { createSender } from './sender.ts';

const scanEveryMs = 60_000;

/** Returns the outbox: it keeps changes, in memory and in the storage, and a sender sends them. */
export function createOutbox(core: Core, rows: OutgoingRows): SendQueue {
  const { clock, session } = core;
  const listeners = new Map<string, OutboxListener>();
  const watchers = new Listeners<[]>();
  const nextScan = createAlarm(clock);
  /** What users have left who are gone, by the ids of the rows: they go on with it when they return. */
  const kept = new Map<string, Entry>();
  let entries: Entry[] = [];
  let list: readonly Outgoing[] | undefined;
  let lastOrder = 0;
  let userId: string | undefined;
  let hasInherited = false;
  let release: (() => void) | undefined;

  const get = () => (list ??= entries.filter(({ row }) => row.change.kind !== 'read'));
  const of = (roomId: string) => entries.filter(({ row }) => row.roomId === roomId);
  const sendNext = createSender(core, {
    entries: () => entries,
    isComplete: () => hasInherited,
    putBack(roomId) {
      entries = [...entries.filter(({ row }) => row.roomId !== roomId), ...of(roomId)];
    },
    changed,
    settle,
    fail,
    closeRoom,
  });

  core.onEnd(core.wake.onWake(scan));
  core.onEnd(() => {
    empty(disposed);
    watchers.clear();
  });
  // What nobody in particular has typed stays: it is of whoever signs in.
  core.userChanged.add(() => userId !== undefined && empty(signedOut, true));
  session.subscribe(followUser);
  followUser();

  return {
    elsewhere: rows.elsewhere,
    get,
    subscribe: (listener) => watchers.add(listener),
    listen: (roomId, listener) => listeners.set(roomId, listener),
    of,
    add(roomId, change, request) {
      const waiting = of(roomId).findLast((entry) => isOpenTo(change, entry));
      // A bot sends with the same id after a restart.
      if (waiting?.isFailed && change.kind === 'send') {
        waiting.request = request;
        return sendAgain(waiting, change);
      }
      if (waiting) {
        waiting.row = { ...waiting.row, change: merged(waiting.row.change, change) };
        waiting.isEchoed = false;
      }
      return enqueue(waiting ?? newEntry(roomId, change, request));
    },
    echo(message) {
      const entry = entries.find(({ id }) => id === message.id);
      // The app's own document has its own answer.
      if (entry && !entry.request) settle(entry, message);
    },
    closeRoom(roomId, why) {
      // While nobody is signed in, messages wait.
      if (session.get().status === 'signed-in') closeRoom(roomId, why);
    },
    async takeOver() {
      adopt(await rows.inherit('all'));
    },
    async signOut(unsent) {
      const { length } = get();
      // Without a user, nothing can be kept for them.
      const isKept = unsent === 'keep' && userId !== undefined;
      const cleared = !isKept && rows.clear(entries, unsent);
      // At once: nothing more is stored.
      empty(signedOut, isKept);
      await cleared;
      return length;
    },
  };

  function newEntry(roomId: string, change: Change, request?: SendRequest): Entry {
    const at = clock.now();
    lastOrder = Math.max(at, lastOrder + 1);
    const entry = createEntry(
      { id: newClientMessageId(at), roomId, order: lastOrder, at, change },
      { retry, discard },
      request,
    );
    // What is sent after a sign-out, or while it begins (signed in, but of no user), must not wait for the next user.
    const { status, why } = { why: '', ...session.get() };
    const isSignedOut = userId === undefined && (status === 'signed-in' || why === 'signed-out');
    if (core.ended.aborted) entry.fail(disposed());
    else if (core.options.webSocket === null) entry.fail(noWebSocket());
    else if (isSignedOut) entry.fail(signedOut());
    else entries.push(entry);
    if (userId === undefined) entry.by = rows.lastUser();
    return entry;
  }

  /** Stores an entry that is new or has changed, and sends it in its turn. */
  function enqueue(entry: Entry): Entry {
    if (kept.has(entry.row.id)) rows.put(entry, entry.scope);
    else if (entries.includes(entry)) rows.put(entry);
    changed(entry.row.roomId);
    sendNext();
    return entry;
  }

  function retry(entry: Entry): boolean {
    const state = entry.state.get();
    if (state.status !== 'failed' || !(entries.includes(entry) || kept.has(entry.row.id))) return false;
    const { change } = entry.row;
    const isTaken = change.kind === 'send' && state.why.code === 'IDEMPOTENCY_MISMATCH';
    sendAgain(entry, isTaken ? { ...change, clientMessageId: newClientMessageId(clock.now()) } : change);
    return true;
  }

  /** Sends an entry that has failed, with this change. */
  function sendAgain(entry: Entry, change: Change): Entry {
    const { failed: _, ...row } = entry.row;
    entry.row = { ...row, at: clock.now(), change };
    entry.requeue();
    return enqueue(entry);
  }

  function discard(entry: Entry): void {
    if (entry.state.get().status === 'sent') return;
    remove(entry);
    entry.fail(new ParleyError({ code: 'DISCARDED' }));
    changed(entry.row.roomId);
    sendNext();
  }

  /** The session has changed: whose rows are sent depends on it. */
  function followUser(): void {
    const present = session.get();
    const { status } = present;
    // A token that is refused changes nothing: the same user may come back.
    if (status === 'anonymous' || (status === 'signed-out' && present.why !== 'refused')) rows.enter();
    if (status !== 'signed-in') return;
    if (userId !== present.userId) {
      userId = present.userId;
      rows.enter(userId);
      void claim(userId);
    }
    sendNext();
  }

  /** Keeps what was written before the user was known as theirs, unless somebody else was known then. */
  async function claim(mine: string): Promise<void> {
    for (const entry of entries) {
      await entry.by?.loading;
      if (mine !== userId) return;
      if (!entries.includes(entry)) continue;
      if ((entry.by?.id ?? mine) === mine) rows.put(entry);
      else {
        fail(entry, new ParleyError(ofAnother));
        changed(entry.row.roomId);
      }
    }
    scan();
  }

  /** Looks for rows of tabs and processes that are gone, now and from time to time. */
  function scan(): void {
    nextScan();
    if (userId === undefined) return;
    const mine = userId;
    nextScan(scanEveryMs, scan);
    void rows.inherit('gone').then((inherited) => {
      if (mine !== userId) return;
      hasInherited = true;
      adopt(inherited);
    });
  }

  function adopt(inherited: readonly OutgoingRow[]): void {
    for (const row of inherited) {
      lastOrder = Math.max(lastOrder, row.order);
      if (entries.some((entry) => entry.row.id === row.id)) continue;
      const entry = kept.get(row.id)?.restore(row) ?? createEntry(row, { retry, discard });
      kept.delete(row.id);
      entry.scope = rows.scope;
      entry.tries = 1; // another process may have sent it
      // Before what is newer, but after what may be under way.
      const newer = entries.findIndex((other) => isOlder(row, other));
      entries.splice(newer < 0 ? entries.length : newer, 0, entry);
    }
    for (const roomId of new Set(inherited.map((row) => row.roomId))) changed(roomId);
    sendNext();
  }

  function settle(entry: Entry, message: MessageFields | null): void {
    if (!entries.includes(entry)) return;
    const { roomId } = entry.row;
    remove(entry);
    if (message) listeners.get(roomId)?.answered(message);
    entry.sent(message as MessageFields);
    changed(roomId);
  }

  function fail(entry: Entry, why: ParleyError): void {
    // `get` does not show it, so nobody could discard it.
    if (entry.kind === 'read') remove(entry);
    else {
      entry.row = { ...entry.row, failed: { code: why.code, message: why.message } };
      rows.put(entry);
    }
    entry.fail(why);
  }

  function closeRoom(roomId: string, why: ParleyError): void {
    for (const entry of of(roomId)) if (!entry.isFailed) fail(entry, why);
    changed(roomId);
  }

  function remove(entry: Entry): void {
    entries = entries.filter((other) => other !== entry);
    list = undefined;
    kept.delete(entry.row.id);
    rows.delete(entry);
    entry.abort?.();
  }

  /** `isKept`: the storage still has the entries. */
  function empty(why: () => ParleyError, isKept = false): void {
    const dropped = entries;
    entries = [];
    list = undefined;
    userId = undefined;
    hasInherited = false;
    nextScan();
    rows.leave();
    if (core.ended.aborted) {
      dropped.push(...kept.values());
      kept.clear();
    }
    for (const entry of dropped) {
      entry.abort?.();
      if (isKept) {
        kept.set(entry.row.id, entry);
        entry.keep(why());
      } else entry.fail(why());
      changed(entry.row.roomId);
    }
  }

  function changed(roomId: string): void {
    list = undefined;
    listeners.get(roomId)?.changed();
    watchers.call();
    if (entries.some(({ isFailed }) => !isFailed)) release ??= core.need();
    else {
      release?.();
      release = undefined;
    }
  }
}
