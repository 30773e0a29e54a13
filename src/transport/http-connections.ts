import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { eachApart } from './each-apart.ts';
import { WriteProgress } from './write-progress.ts';

/** Requests of one connection that may wait for earlier answers; a connection with more is cut. */
const maxWaiting = 16;

interface Connection {
  /** The answers that have not been sent completely, the oldest first. */
  answers: Set<ServerResponse>;
  /** Settles when the newest of them has been sent. */
  lastIsOut: Promise<unknown>;
  progress: WriteProgress;
}

interface HttpConnectionsOptions {
  writeDeadlineMs: number;
  onFault: (error: unknown) => void;
}

/** The connections of an HTTP server, without WebSockets: orders their answers, cuts stalled ones, and closes all. */
export class HttpConnections {
  readonly #server: Server;
  readonly #onFault: (error: unknown) => void;
  /** Null before the first request: a WebSocket has none. */
  readonly #open = new Map<Socket, Connection | null>();
  readonly #timer: NodeJS.Timeout;
  #isDraining = false;

  /** `writeDeadlineMs`: how long a peer may go without reading any of its waiting bytes before its connection is cut. */
  constructor(server: Server, { writeDeadlineMs, onFault }: HttpConnectionsOptions) {
    this.#server = server;
    this.#onFault = onFault;
    server.on('connection', (socket: Socket) => this.#add(socket));
    // Runs before other listeners, because an upgraded connection no longer belongs to this server.
    server.prependListener('upgrade', ({ socket }) => this.#giveAway(socket));
    this.#timer = setInterval(() => this.#cutStalled(writeDeadlineMs), writeDeadlineMs / 6).unref();
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  /**
   * Resolves when the earlier answers of the connection have been sent: otherwise pipelined requests would be executed, and
   * their answers kept, for a peer that reads nothing. Resolves to false if the connection is closed by then.
   */
  async takeTurn({ socket }: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const connection = this.#of(socket);
    const { answers, lastIsOut } = connection;
    if (answers.size > maxWaiting) socket.destroy();
    if (socket.destroyed) return false;
    const mustWait = answers.size > 0;
    answers.add(response);
    connection.lastIsOut = new Promise((resolve) => {
      response.once('close', () => {
        answers.delete(response);
        resolve(undefined);
        if (this.#isDraining && answers.size === 0) socket.destroySoon();
      });
    });
    if (mustWait) await waitTurn(socket, { lastIsOut, isLast: () => [...answers].at(-1) === response });
    if (this.#isDraining) response.setHeader('connection', 'close');
    return !socket.destroyed;
  }

  #of(socket: Socket): Connection {
    const known = this.#open.get(socket);
    if (known) return known;
    if (known === undefined) this.#add(socket);
    const connection = {
      answers: new Set<ServerResponse>(),
      lastIsOut: Promise.resolve(),
      progress: new WriteProgress(socket),
    };
    this.#open.set(socket, connection);
    return connection;
  }

  #add(socket: Socket): void {
    this.#open.set(socket, null);
    socket.once('close', () => this.#open.delete(socket));
  }

  /**
   * Stops managing a connection that has been upgraded. Cuts it if earlier answers have not been sent: they would be
   * written into the stream of the WebSocket.
   */
  #giveAway(socket: Socket): void {
    const owesAnswers = (this.#open.get(socket)?.answers.size ?? 0) > 0;
    this.#open.delete(socket);
    if (owesAnswers) socket.destroy();
  }

  #cutStalled(deadlineMs: number): void {
    const cutIfStalled = ([socket, connection]: [Socket, Connection | null]) => {
      if (connection && connection.progress.stalledMs() >= deadlineMs) socket.resetAndDestroy();
    };
    eachApart(this.#open, cutIfStalled, (error, [socket]) => {
      this.#onFault(error);
      socket.destroy();
    });
  }

  /**
   * Accepts no new connections. Closes idle connections at once, and each other connection after its answers. Resolves
   * when all are closed; connections that are open after `deadlineMs` are cut.
   */
  async drain(deadlineMs: number): Promise<void> {
    this.#isDraining = true;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const [socket, connection] of this.#open) {
      const answers = connection?.answers ?? [];
      if (!connection?.answers.size) socket.destroy();
      for (const answer of answers) if (!answer.headersSent) answer.setHeader('connection', 'close');
    }
    const timer = setTimeout(() => {
      for (const socket of this.#open.keys()) socket.destroy();
    }, deadlineMs);
    await closed;
    clearTimeout(timer);
    clearInterval(this.#timer);
  }
}

/** Waits for the turn of a request; the socket is paused meanwhile. */
async function waitTurn(socket: Socket, { lastIsOut, isLast }: { lastIsOut: Promise<unknown>; isLast: () => boolean }) {
  socket.pause();
  await lastIsOut;
  if (isLast()) socket.resume();
}
