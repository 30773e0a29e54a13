import type { Logger } from 'pino';
import type { Viewer } from '../graphql/context.ts';
import { Subscribers } from '../live/subscribers.ts';
import type { Query } from '../storage/pool.ts';

const statement = `
  SELECT "id" FROM "Session"
  WHERE "id" = ANY($1::uuid[]) AND ("revokedAt" IS NOT NULL OR "expiresAt" <= now())`;

/** How often the sessions in use here are looked up, should word of a revocation be lost. */
const usualCheckMs = 5000;
/** The same while nodes cannot tell each other. */
const checkWithoutBusMs = 500;
/** How often it is seen which of them have expired, for which no database is needed. */
const expiryMs = 250;

/** What runs under a session. */
interface Running {
  /** As of Date.now; infinite for a session that does not expire. */
  expiresAt: number;
  watchers: Subscribers<() => void>;
}

/** Tells what runs under a session on this node when the session ends: revoked anywhere, or expired. */
export class SessionEnds {
  readonly #bySession = new Map<string, Running>();
  /** Sessions that ended since the last look at them, and those of the look before. */
  #ended = new Set<string>();
  #endedBefore = new Set<string>();
  readonly #query: Query;
  readonly #log: Pick<Logger, 'warn' | 'error'>;
  readonly #onError = (error: unknown) =>
    this.#log.error({ err: error }, 'fault while ending what ran under a session');
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

  /** Sessions under which something runs here. */
  get size(): number {
    return this.#bySession.size;
  }

  /**
   * Calls `onEnd` once when the session ends, unless the returned function is called first; at once if it ended a moment
   * ago, between the caller's being let in and this.
   */
  watch({ sessionId, expiresAt }: Pick<Viewer, 'sessionId' | 'expiresAt'>, onEnd: () => void): () => void {
    if (this.#ended.has(sessionId) || this.#endedBefore.has(sessionId)) {
      onEnd();
      return () => {};
    }
    const running = this.#bySession.get(sessionId) ?? { expiresAt: 0, watchers: new Subscribers(this.#onError) };
    // Each tells what it read when it signed in. If the end was moved forward since, the database tells.
    running.expiresAt = Math.max(running.expiresAt, expiresAt?.getTime() ?? Number.POSITIVE_INFINITY);
    this.#bySession.set(sessionId, running);
    const remove = running.watchers.add(onEnd);
    return () => {
      remove();
      if (running.watchers.size === 0 && this.#bySession.get(sessionId) === running) this.#bySession.delete(sessionId);
    };
  }

  /** Ends what runs under a session here. */
  end(sessionId: string): void {
    this.#ended.add(sessionId);
    const running = this.#bySession.get(sessionId);
    this.#bySession.delete(sessionId);
    running?.watchers.publish((onEnd) => onEnd());
  }

  /** Looks more often while the nodes cannot tell each other of revocations, and at once when that changes. */
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

  /** By looks, not by a timer for each: none can wait for longer than 25 days, nor knows of a clock that was set. */
  #endExpired(): void {
    const now = Date.now();
    for (const [sessionId, { expiresAt }] of this.#bySession) if (expiresAt <= now) this.end(sessionId);
  }

  #checkLater(): NodeJS.Timeout {
    return setTimeout(() => void this.#check(), this.#intervalMs).unref();
  }

  async #check(): Promise<void> {
    try {
      const ended = this.#bySession.size > 0 ? await this.#findEnded() : [];
      for (const { id } of ended) this.end(id);
    } catch (error) {
      this.#log.warn({ err: error }, 'sessions could not be checked');
    }
    if (this.#isClosed) return;
    this.#endedBefore = this.#ended;
    this.#ended = new Set();
    clearTimeout(this.#timer);
    this.#timer = this.#checkLater();
  }

  #findEnded(): Promise<{ id: string }[]> {
    return this.#query<{ id: string }>('ended sessions', statement, [[...this.#bySession.keys()]]);
  }
}
