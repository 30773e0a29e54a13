import type { Socket } from 'node:net';
import { getHeapStatistics } from 'node:v8';
import type { ExecutionArgs, ExecutionResult } from 'graphql';
import type { Logger } from 'pino';
import { rateLimited } from '../base/errors.ts';
import type { Metrics } from '../base/metrics.ts';
import { unreadBytes } from '../live/limits.ts';
import { WriteProgress } from './write-progress.ts';

const megabyte = 1024 * 1024;
/** The shortest time between two log entries about cuts. */
const logEveryMs = 10_000;

interface UnreadBytesOptions {
  metrics: Pick<Metrics, 'unreadBytes' | 'unreadCuts'>;
  log: Logger;
  /** The bytes that all peers together may leave unread. */
  limitBytes?: number;
  everyMs?: number;
  /**
   * While more is unread than the limit: for how long a peer may read nothing (`stalled`) or leave much unread (`slow`).
   */
  patienceMs?: { stalled: number; slow: number };
  /** Returns the time in milliseconds, from any start. */
  now?: () => number;
}

interface Candidate {
  progress: WriteProgress;
  stalledMs: number;
  /** Since when much has been unread. */
  since: number;
}

/**
 * Counts the bytes that the peers of all connections, HTTP and WebSocket, have left unread in this process. Every
 * connection has its own limits, but a thousand connections within their limits can fill the memory. While there are too
 * many bytes, nothing new is executed, and connections are cut: first those whose peers have read nothing for the longest
 * time.
 */
export class UnreadBytes {
  readonly #options: Required<UnreadBytesOptions>;
  readonly #sockets = new Set<Socket>();
  readonly #candidates = new Map<Socket, Candidate>();
  readonly #timer: NodeJS.Timeout;
  #sum = 0;
  #unloggedCuts = 0;
  #loggedAt = -Infinity;

  constructor(options: UnreadBytesOptions) {
    this.#options = {
      limitBytes: usualLimitBytes(),
      everyMs: 250,
      patienceMs: { stalled: 1000, slow: 5000 },
      now: () => performance.now(),
      ...options,
    };
    this.#timer = setInterval(() => this.#look(), this.#options.everyMs).unref();
  }

  /** Counts the unread bytes of a connection until it is closed. */
  watch(socket: Socket): void {
    this.#sockets.add(socket);
  }

  /** Executes a query or mutation, unless so much is unread that there is no room for its answer. */
  whenRoom<Result>(execute: (args: ExecutionArgs) => Result): (args: ExecutionArgs) => Result | ExecutionResult {
    return (args) => (this.#sum > this.#options.limitBytes ? { errors: [tooMuchUnread()] } : execute(args));
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** No caller awaits this: an error here would end the process. */
  #look(): void {
    try {
      this.#count();
      if (this.#sum > this.#options.limitBytes) this.#cut();
      this.#options.metrics.unreadBytes.set(this.#sum);
      this.#logCuts();
    } catch (error) {
      this.#options.log.error({ err: error }, 'failed to check unread bytes');
    }
  }

  #count(): void {
    const { limitBytes } = this.#options;
    // Connections with less than this have at most half of the limit together, so cutting the others is always enough.
    const much = Math.min(unreadBytes, limitBytes / 2 / this.#sockets.size);
    this.#sum = 0;
    for (const socket of this.#sockets) {
      if (socket.destroyed) this.#forget(socket);
      else {
        const { writableLength } = socket;
        this.#sum += writableLength;
        if (writableLength > much) this.#follow(socket);
        else this.#candidates.delete(socket);
      }
    }
  }

  /** Stops counting the bytes of a closed connection. Otherwise, another connection would be cut because of them. */
  #forget(socket: Socket): void {
    this.#sockets.delete(socket);
    this.#candidates.delete(socket);
  }

  #follow(socket: Socket): void {
    const known = this.#candidates.get(socket);
    if (known) known.stalledMs = known.progress.stalledMs();
    else {
      const { now } = this.#options;
      const progress = new WriteProgress(socket, now);
      this.#candidates.set(socket, { progress, stalledMs: progress.stalledMs(), since: now() });
    }
  }

  #cut(): void {
    const { limitBytes, patienceMs, metrics } = this.#options;
    const now = this.#options.now();
    const inOrder = [...this.#candidates]
      .map(([socket, { stalledMs, since }]) => ({ socket, stalledMs, slowMs: now - since }))
      .sort((one, other) => other.stalledMs - one.stalledMs || other.slowMs - one.slowMs);
    for (const { socket, stalledMs, slowMs } of inOrder) {
      if (this.#sum <= limitBytes) return;
      const isPatient = this.#sum <= 2 * limitBytes;
      if (isPatient && stalledMs < patienceMs.stalled && slowMs < patienceMs.slow) continue;
      this.#sum -= socket.writableLength;
      socket.resetAndDestroy();
      this.#candidates.delete(socket);
      this.#unloggedCuts += 1;
      metrics.unreadCuts.inc();
    }
  }

  #logCuts(): void {
    const { log, limitBytes } = this.#options;
    const now = this.#options.now();
    if (this.#unloggedCuts === 0 || now - this.#loggedAt < logEveryMs) return;
    log.warn({ cut: this.#unloggedCuts, unreadBytes: this.#sum, limitBytes }, 'cut connections that read too slowly');
    this.#unloggedCuts = 0;
    this.#loggedAt = now;
  }
}

/**
 * Returns an eighth of the heap: making an answer takes several times its bytes, and events and caches need the rest. 256 MiB
 * at most, which is what a node's network can carry in seconds.
 */
function usualLimitBytes(): number {
  return Math.min(256 * megabyte, getHeapStatistics().heap_size_limit / 8);
}

function tooMuchUnread() {
  return rateLimited('The server has too much unread data. Try again.');
}
