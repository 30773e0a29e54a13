import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { Subscribers } from '../base/subscribers.ts';
import type { Viewer } from '../graphql/context.ts';
import type { Query } from '../storage/pool.ts';
import { findChanged } from './find-changed.ts';

/** How often the node looks up the sessions in use on it, in case the announcement of a revocation was lost. */
const usualCheckMs = 5000;
/** The same interval while the bus is not connected. */
const checkWithoutBusMs = 500;
/** How often the node ends what runs under expired credentials. This needs no query. */
const expiryMs = 250;
/** How long the end of a session is remembered: longer than an operation takes that began before it. */
const keptMs = 60_000;
const keptEnds = 10_000;

/** Something that runs under a credential. */
interface Watcher {
  onEnd: () => void;
  onRenewed: () => void;
}

/** What runs under the credential of each viewer. */
type Running = Map<Viewer, Subscribers<Watcher>>;

/**
 * Ends connections and subscriptions on this node when their credential expires, or when their session is revoked on any
 * node. A credential ends alone: the session may have a newer one, on another connection.
 */
export class SessionEnds {
  /** By session. A viewer is always under its `sessionId`, also after it was renewed. */
  readonly #bySession = new Map<string, Running>();
  /** Sessions that were revoked a moment ago. */
  readonly #ended = new LRUCache<string, true>({ max: keptEnds, ttl: keptMs });
  readonly #query: Query;
  readonly #log: Pick<Logger, 'warn' | 'error'>;
  readonly #onError = (error: unknown) =>
    this.#log.error({ err: error }, 'fault while ending an operation of a session');
  readonly #expiryTimer: NodeJS.Timeout;
  #timer: NodeJS.Timeout;
  readonly #checkMs: number;
  #intervalMs: number;
  #isClosed = false;

  constructor(query: Query, log: Pick<Logger, 'warn' | 'error'>, checkMs = usualCheckMs) {
    this.#query = query;
    this.#log = log;
    this.#checkMs = checkMs;
    this.#intervalMs = checkMs;
    this.#timer = this.#checkLater();
    this.#expiryTimer = setInterval(() => this.#endExpired(), expiryMs).unref();
  }

  /** How many sessions are in use on this node. */
  get size(): number {
    return this.#bySession.size;
  }

  /**
   * Calls `onEnd` once when the credential or the session of the viewer ends, unless the returned function is called
   * first. Calls it immediately if the session ended a moment ago, after the caller was authenticated. Calls `onRenewed`
   * each time the viewer gets a new credential.
   */
  watch(viewer: Viewer, onEnd: () => void, onRenewed: () => void = () => {}): () => void {
    if (this.hasEnded(viewer.sessionId) || isExpired(viewer)) {
      onEnd();
      return () => {};
    }
    const watchers = this.#runningOf(viewer)?.get(viewer) ?? new Subscribers<Watcher>(this.#onError);
    this.#keep(viewer, watchers);
    const remove = watchers.add({ onEnd, onRenewed });
    return () => {
      remove();
      if (watchers.size === 0 && this.#runningOf(viewer)?.get(viewer) === watchers) this.#forget(viewer);
    };
  }

  /**
   * Gives the viewer the credential of `next`, which has the same user. Everything that runs for the viewer continues,
   * until the new credential or its session ends.
   */
  renew(viewer: Viewer, next: Viewer): void {
    const watchers = this.#runningOf(viewer)?.get(viewer);
    this.#forget(viewer);
    Object.assign(viewer, { lifetimeMs: undefined }, next);
    if (!watchers) return;
    this.#keep(viewer, watchers);
    watchers.publish(({ onRenewed }) => onRenewed());
    if (this.hasEnded(viewer.sessionId)) this.#endViewer(viewer);
  }

  /** Returns whether the session was revoked a moment ago, as far as this node knows. */
  hasEnded(sessionId: string): boolean {
    return this.#ended.has(sessionId);
  }

  /** Ends everything that runs under a session on this node. */
  end(sessionId: string): void {
    this.#ended.set(sessionId, true);
    for (const viewer of [...(this.#bySession.get(sessionId)?.keys() ?? [])]) this.#endViewer(viewer);
  }

  /** Gives the viewers of a user on this node the rights of an administrator, or takes them away. */
  setAdmin(userId: string, isAdmin: boolean): void {
    for (const running of this.#bySession.values()) {
      for (const viewer of running.keys()) if (viewer.userId === userId) viewer.isAdmin = isAdmin;
    }
  }

  /**
   * Checks now. While the bus is not connected, checks more often, because this node then receives no revocations of
   * other nodes.
   */
  busChanged(isConnected: boolean): void {
    this.#intervalMs = isConnected ? this.#checkMs : checkWithoutBusMs;
    clearTimeout(this.#timer);
    void this.#check();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    clearInterval(this.#expiryTimer);
  }

  #runningOf({ sessionId }: Viewer): Running | undefined {
    return this.#bySession.get(sessionId);
  }

  #keep(viewer: Viewer, watchers: Subscribers<Watcher>): void {
    const running = this.#runningOf(viewer) ?? new Map();
    this.#bySession.set(viewer.sessionId, running.set(viewer, watchers));
  }

  #forget(viewer: Viewer): void {
    const running = this.#runningOf(viewer);
    running?.delete(viewer);
    if (running?.size === 0) this.#bySession.delete(viewer.sessionId);
  }

  #endViewer(viewer: Viewer): void {
    const watchers = this.#runningOf(viewer)?.get(viewer);
    this.#forget(viewer);
    watchers?.publish(({ onEnd }) => onEnd());
  }

  /**
   * Runs from one timer for all credentials: a timer for each could wait at most 25 days and would ignore changes of the
   * clock.
   */
  #endExpired(): void {
    const now = Date.now();
    for (const running of this.#bySession.values()) {
      for (const viewer of running.keys()) {
        if (isExpired(viewer, now)) this.#endViewer(viewer);
      }
    }
  }

  #checkLater(): NodeJS.Timeout {
    return setTimeout(() => void this.#check(), this.#intervalMs).unref();
  }

  async #check(): Promise<void> {
    try {
      const changed = await findChanged(this.#query, this.#bySession);
      for (const { id, hasEnded, isAdmin } of changed) {
        if (hasEnded) this.end(id);
        else for (const viewer of this.#bySession.get(id)?.keys() ?? []) viewer.isAdmin = isAdmin;
      }
    } catch (error) {
      this.#log.warn({ err: error }, 'failed to check sessions');
    }
    if (this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#timer = this.#checkLater();
  }
}

function isExpired({ expiresAt }: Viewer, now = Date.now()): boolean {
  return expiresAt !== null && expiresAt.getTime() <= now;
}
