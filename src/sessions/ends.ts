import type { Logger } from 'pino';
import type { Viewer } from '../graphql/context.ts';
import { Subscribers } from '../live/subscribers.ts';
import type { Query } from '../storage/pool.ts';

/** By ids and users, like the sessions in authenticate.ts. */
const statement = `
  SELECT want.id FROM unnest($1::uuid[], $2::uuid[]) AS want(id, person) CROSS JOIN LATERAL (
    SELECT "revokedAt", "expiresAt" FROM "Session" WHERE "id" = want.id AND "userId" = want.person LIMIT 1
  ) session
  CROSS JOIN LATERAL (SELECT "deactivatedAt" FROM "User" WHERE "id" = want.person LIMIT 1) account
  WHERE session."revokedAt" IS NOT NULL OR session."expiresAt" <= now() OR account."deactivatedAt" IS NOT NULL`;

/** How often the node looks up the sessions in use on it, in case the announcement of a revocation was lost. */
const usualCheckMs = 5000;
/** The same interval while the bus is not connected. */
const checkWithoutBusMs = 500;
/** How often the node ends expired sessions. This needs no query. */
const expiryMs = 250;

/** A session in use on this node. */
interface Running {
  userId: string;
  /** Comparable with Date.now(); infinite if the session does not expire. */
  expiresAt: number;
  watchers: Subscribers<() => void>;
}

/** Ends connections and subscriptions on this node when their session expires or is revoked on any node. */
export class SessionEnds {
  readonly #bySession = new Map<string, Running>();
  /** Sessions that ended since the last check, and those that ended between the last two checks. */
  #ended = new Set<string>();
  #endedBefore = new Set<string>();
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
   * Calls `onEnd` once when the session ends, unless the returned function is called first. Calls it immediately if the
   * session ended a moment ago, after the caller was authenticated.
   */
  watch({ sessionId, userId, expiresAt }: Viewer, onEnd: () => void): () => void {
    if (this.#ended.has(sessionId) || this.#endedBefore.has(sessionId)) {
      onEnd();
      return () => {};
    }
    const running = this.#bySession.get(sessionId) ?? {
      userId,
      expiresAt: 0,
      watchers: new Subscribers(this.#onError),
    };
    // Callers pass the end that the session had when they signed in. If it ends earlier now, a check ends it.
    running.expiresAt = Math.max(running.expiresAt, expiresAt?.getTime() ?? Number.POSITIVE_INFINITY);
    this.#bySession.set(sessionId, running);
    const remove = running.watchers.add(onEnd);
    return () => {
      remove();
      if (running.watchers.size === 0 && this.#bySession.get(sessionId) === running) this.#bySession.delete(sessionId);
    };
  }

  /** Ends everything that runs under a session on this node. */
  end(sessionId: string): void {
    this.#ended.add(sessionId);
    const running = this.#bySession.get(sessionId);
    this.#bySession.delete(sessionId);
    running?.watchers.publish((onEnd) => onEnd());
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

  /**
   * Runs from one timer for all sessions: a timer for each could wait at most 25 days and would ignore changes of the
   * clock.
   */
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
      this.#log.warn({ err: error }, 'failed to check sessions');
    }
    if (this.#isClosed) return;
    this.#endedBefore = this.#ended;
    this.#ended = new Set();
    clearTimeout(this.#timer);
    this.#timer = this.#checkLater();
  }

  #findEnded(): Promise<{ id: string }[]> {
    const users = [...this.#bySession.values()].map(({ userId }) => userId);
    return this.#query<{ id: string }>('ended sessions', statement, [[...this.#bySession.keys()], users]);
  }
}
