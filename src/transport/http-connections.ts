import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { eachApart } from './each-apart.ts';
import { WriteProgress } from './write-progress.ts';

/** Requests of one connection that may wait for the answers before theirs; a peer that sends more is cut off. */
const maxWaiting = 16;

interface Connection {
  /** Answers that are not out yet, the oldest first. */
  answers: Set<ServerResponse>;
  /** Settles when the newest of them is out. */
  lastIsOut: Promise<unknown>;
  progress: WriteProgress;
}

interface HttpConnectionsOptions {
  writeDeadlineMs: number;
  onFault: (error: unknown) => void;
}

/** The connections of an HTTP server: who is answered when, who is cut off, and how all of them end. WebSockets are not among them. */
export class HttpConnections {
  readonly #server: Server;
  readonly #onFault: (error: unknown) => void;
  readonly #open = new Map<Socket, Connection>();
  readonly #timer: NodeJS.Timeout;
  #isDraining = false;

  /** `writeDeadlineMs`: how long a peer may take nothing of what waits for it before its connection is cut. */
  constructor(server: Server, { writeDeadlineMs, onFault }: HttpConnectionsOptions) {
    this.#server = server;
    this.#onFault = onFault;
    server.on('connection', (socket: Socket) => this.#of(socket));
    // First of all that listen: what becomes of the connection is not for this server any more.
    server.prependListener('upgrade', ({ socket }) => this.#giveAway(socket));
    this.#timer = setInterval(() => this.#cutStalled(writeDeadlineMs), writeDeadlineMs / 6).unref();
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  /**
   * Resolves when the earlier answers of the connection are out: what is pipelined would else be executed, and its answers
   * kept, for a peer that reads nothing. Resolves to false if the connection is gone by then.
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
    const connection = {
      answers: new Set<ServerResponse>(),
      lastIsOut: Promise.resolve(),
      progress: new WriteProgress(socket),
    };
    this.#open.set(socket, connection);
    socket.once('close', () => this.#open.delete(socket));
    return connection;
  }

  /** An answer that is still to come would be written into the WebSocket's stream: no such connection becomes one. */
  #giveAway(socket: Socket): void {
    const owesAnswers = (this.#open.get(socket)?.answers.size ?? 0) > 0;
    this.#open.delete(socket);
    if (owesAnswers) socket.destroy();
  }

  #cutStalled(deadlineMs: number): void {
    const cutIfStalled = ([socket, { progress }]: [Socket, Connection]) => {
      if (progress.stalledMs() >= deadlineMs) socket.resetAndDestroy();
    };
    eachApart(this.#open, cutIfStalled, (error, [socket]) => {
      this.#onFault(error);
      socket.destroy();
    });
  }

  /**
   * Takes no new connections, ends those that nothing is asked on, and the others when they are answered. Resolves when all
   * have ended; those that have not by `deadlineMs` are cut.
   */
  async drain(deadlineMs: number): Promise<void> {
    this.#isDraining = true;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const [socket, { answers }] of this.#open) {
      if (answers.size === 0) socket.destroy();
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

/** Reads nothing more from the peer meanwhile. */
async function waitTurn(socket: Socket, { lastIsOut, isLast }: { lastIsOut: Promise<unknown>; isLast: () => boolean }) {
  socket.pause();
  await lastIsOut;
  if (isLast()) socket.resume();
}
