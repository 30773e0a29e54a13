import type { Logger } from 'pino';
import type { Query } from '../storage/pool.ts';

const statement = `
  SELECT "id" FROM "Session"
  WHERE "id" = ANY($1::uuid[]) AND ("revokedAt" IS NOT NULL OR "expiresAt" <= now())`;

/** How often the sessions in use here are looked up: for those that expire, and should word of a revocation be lost. */
const checkMs = 5000;
/** The same while nodes cannot tell each other. */
const checkWithoutBusMs = 500;

/** Tells what runs under a session on this node when the session ends: revoked anywhere, or expired. */
export class SessionEnds {
  readonly #bySession = new Map<string, Set<() => void>>();
  /** Sessions that ended since the last look at them, and those of the look before. */
  #ended = new Set<string>();
  #endedBefore = new Set<string>();
  readonly #query: Query;
  readonly #log: Logger;
  #timer: NodeJS.Timeout;
  #intervalMs = checkMs;
  #isClosed = false;

  constructor(query: Query, log: Logger) {
    this.#query = query;
    this.#log = log;
    this.#timer = this.#checkLater();
  }

  /** Sessions under which something runs here. */
  get size(): number {
    return this.#bySession.size;
  }

  /**
   * Calls `onEnd` once when the session ends, unless the returned function is called first; at once if it ended a moment
   * ago, between the caller's being let in and this.
   */
  watch(sessionId: string, onEnd: () => void): () => void {
    if (this.#ended.has(sessionId) || this.#endedBefore.has(sessionId)) {
      onEnd();
      return () => {};
    }
    const watchers = this.#bySession.get(sessionId) ?? new Set();
    this.#bySession.set(sessionId, watchers.add(onEnd));
    return () => {
      watchers.delete(onEnd);
      if (watchers.size === 0 && this.#bySession.get(sessionId) === watchers) this.#bySession.delete(sessionId);
    };
  }

  /** Ends what runs under a session here. */
  end(sessionId: string): void {
    this.#ended.add(sessionId);
    const watchers = this.#bySession.get(sessionId) ?? [];
    this.#bySession.delete(sessionId);
    for (const onEnd of watchers) this.#tell(onEnd);
  }

  /** Looks more often while the nodes cannot tell each other of revocations, and at once when that changes. */
  busChanged(isConnected: boolean): void {
    this.#intervalMs = isConnected ? checkMs : checkWithoutBusMs;
    clearTimeout(this.#timer);
    void this.#check();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  /** A fault of one must not keep the others from ending. */
  #tell(onEnd: () => void): void {
    try {
      onEnd();
    } catch (error) {
      this.#log.error({ err: error }, 'fault while ending what ran under a session');
    }
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
