import pg from 'pg';
import { endMs, connectMs as usualConnectMs } from './timeouts.ts';

const keepAliveInitialDelayMillis = 10_000;

export interface BoundedClientConfig extends pg.ClientConfig {
  /** How long the server may take to answer everything that was sent. */
  answerMs: number;
  /** How long a connection may take to open: 3 s unless given, and no longer than an answer. */
  connectMs?: number;
}

/** A query got no answer in time, and its connection was closed. Prisma recognises the error by these fields: P1008. */
export class SilentServerError extends Error {
  readonly code = 'ETIMEDOUT';
  readonly errno = -110;
  readonly syscall = 'read';
}

/**
 * A connection with a time limit for everything. After `query_timeout`, node-postgres would return a connection to the
 * pool although it still waits for its answer. This class closes the connection, and the pool opens another one.
 */
export class BoundedClient extends pg.Client {
  readonly #answerMs: number;
  #isWaiting = false;
  #hasEnded = false;
  /** Send the queries that wait for the one before them, in order. */
  readonly #waiting: (() => void)[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(config: BoundedClientConfig) {
    const { answerMs, connectMs = Math.min(usualConnectMs, answerMs), password } = config;
    // A pool makes the password non-enumerable, and uses `connectionTimeoutMillis` for something else.
    super({ ...config, password, connectionTimeoutMillis: connectMs, keepAlive: true, keepAliveInitialDelayMillis });
    this.#answerMs = answerMs;
    this.on('drain', () => {
      this.#isWaiting = false;
      this.#waiting.shift()?.();
    });
    this.on('end', () => {
      this.#hasEnded = true;
      clearTimeout(this.#timer ?? undefined);
      // node-postgres rejects each of them.
      for (const send of this.#waiting.splice(0)) send();
    });
  }

  /**
   * Sends a query. While another one runs, a query that returns a promise waits for it: the resolvers of a snapshot share a
   * connection, and version 9 of node-postgres will not queue queries any more.
   */
  // `never` is assignable to the result of each overload.
  override query(...parameters: unknown[]): never {
    const mustWait = this.#isWaiting && !this.#hasEnded && returnsPromise(parameters);
    return mustWait ? this.#queryLater(parameters) : this.#queryNow(parameters);
  }

  #queryLater(parameters: unknown[]): never {
    const answer = new Promise((resolve, reject) => {
      this.#waiting.push(() => Promise.resolve(this.#queryNow(parameters)).then(resolve, reject));
    });
    return answer as never;
  }

  #queryNow(parameters: unknown[]): never {
    this.#isWaiting = true;
    this.#timer = this.#timer?.refresh() ?? setTimeout(() => this.#checkAnswer(), this.#answerMs).unref();
    return super.query(...(parameters as Parameters<pg.Client['query']>)) as never;
  }

  override end(): Promise<void>;
  override end(callback: (error: Error) => void): void;
  override end(callback?: (error: Error) => void): Promise<void> | undefined {
    const timer = setTimeout(() => this.abort(), endMs).unref();
    this.once('end', () => clearTimeout(timer));
    if (!callback) return super.end();
    super.end(callback);
  }

  #checkAnswer(): void {
    if (this.#isWaiting) this.abort(new SilentServerError(`PostgreSQL did not answer within ${this.#answerMs} ms`));
  }

  /** Closes the connection at once; its queries fail. */
  abort(error?: Error): void {
    const { connection } = this as unknown as { connection: pg.Connection };
    connection.stream.destroy(error);
  }
}

/** Returns whether the parameters of a query are neither a query object, which has its own events, nor end in a callback. */
function returnsPromise(parameters: unknown[]): boolean {
  const [query] = parameters as [{ submit?: unknown } | undefined];
  return typeof query?.submit !== 'function' && typeof parameters.at(-1) !== 'function';
}
