import { once } from 'node:events';
import type { Socket } from 'node:net';
import { WebSocket } from 'ws';

/** A message that arrived, or the code and the reason with which the socket was closed. */
export type Frame = { type: string; id?: string; payload?: unknown } | { closed: number; reason: string };

/** A WebSocket without a GraphQL client, for tests that do what no well-behaved client does. */
export class RawSocket {
  readonly socket: WebSocket;
  readonly #frames: Frame[] = [];
  #waiting: ((frame: Frame) => void) | null = null;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer) => this.#take(JSON.parse(data.toString())));
    socket.on('close', (closed, reason) => this.#take({ closed, reason: String(reason) }));
    socket.on('error', () => {}); // followed by close
  }

  /** The TCP connection below the WebSocket. */
  get tcp(): Socket {
    return (this.socket as unknown as { _socket: Socket })._socket;
  }

  /** Connects. With `init`, also sends connection_init; `next` returns the answer. */
  static async open(url: string, init?: Record<string, unknown>): Promise<RawSocket> {
    const raw = new RawSocket(new WebSocket(url.replace(/^http/, 'ws'), 'graphql-transport-ws'));
    await once(raw.socket, 'open');
    if (init) raw.send({ type: 'connection_init', payload: init });
    return raw;
  }

  /** Connects, signs in and waits for the acknowledgement. */
  static async ready(url: string, token?: string): Promise<RawSocket> {
    const raw = await RawSocket.open(url, { token });
    const frame = await raw.next();
    if (!('type' in frame) || frame.type !== 'connection_ack') throw new Error(`Got ${JSON.stringify(frame)}`);
    return raw;
  }

  /** Sends a text or bytes as they are, anything else as JSON. */
  send(message: unknown): void {
    this.socket.send(typeof message === 'string' || message instanceof Buffer ? message : JSON.stringify(message));
  }

  /** Sends an operation, and returns the first frame of the answer. */
  ask(query: string, variables: object = {}, id = '1'): Promise<Frame> {
    this.send({ id, type: 'subscribe', payload: { query, variables } });
    return this.next();
  }

  /** Subscribes to the messages of a room. */
  follow(roomId: string, id = '1'): void {
    const query = `subscription { messageAdded(roomId: "${roomId}") { eventNumber } }`;
    this.send({ id, type: 'subscribe', payload: { query } });
  }

  next(): Promise<Frame> {
    const frame = this.#frames.shift();
    if (frame) return Promise.resolve(frame);
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  close(): void {
    this.socket.terminate();
  }

  #take(frame: Frame): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting) waiting(frame);
    else this.#frames.push(frame);
  }
}
