import pg from 'pg';

/** How long to wait for a connection to be made, and for the other side to acknowledge its end. */
const connectMs = 3000;
const endMs = 1000;
const keepAliveInitialDelayMillis = 10_000;

export interface BoundedClientConfig extends pg.ClientConfig {
  /** How long the server may take over all that was sent before it counts as silent. */
  answerMs: number;
}

/** A query that got no answer in time, whose connection was therefore closed. Prisma knows it by these fields: P1008. */
export class SilentServerError extends Error {
  readonly code = 'ETIMEDOUT';
  readonly errno = -110;
  readonly syscall = 'read';
}

/**
 * A connection on which nothing waits without a limit. node-postgres has a `query_timeout` too, which gives the caller an
 * error and the pool a connection that still waits; here the connection is closed, and the pool makes another.
 */
export class BoundedClient extends pg.Client {
  readonly #answerMs: number;
  #isWaiting = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(config: BoundedClientConfig) {
    const { answerMs, password } = config;
    // The pool hides the password from copies, and has another use for `connectionTimeoutMillis`.
    super({ ...config, password, connectionTimeoutMillis: connectMs, keepAlive: true, keepAliveInitialDelayMillis });
    this.#answerMs = answerMs;
    this.on('drain', () => {
      this.#isWaiting = false;
    });
    this.on('end', () => clearTimeout(this.#timer ?? undefined));
  }

  // `never` fits all of its overloads.
  override query(...parameters: unknown[]): never {
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

  /** Closes the connection at once, which fails what waits for it. */
  abort(error?: Error): void {
    const { connection } = this as unknown as { connection: pg.Connection };
    connection.stream.destroy(error);
  }
}
