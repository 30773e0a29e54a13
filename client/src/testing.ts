import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

/** What a client sends. */
export interface ClientMessage {
  readonly type: string;
  readonly id?: string;
  readonly payload?: Readonly<Record<string, unknown>> & {
    readonly query?: string;
    readonly variables?: Readonly<Record<string, unknown>>;
  };
}

/** How the server behaves on one connection; on the next one, the next script applies, and the last one stays. */
export interface Script {
  /** The payload of the acknowledgement; `false`: it never acknowledges. */
  readonly acknowledge?: object | false;
  /** `false`: it leaves the client's pings unanswered. */
  readonly pong?: false;
  /** Closes as soon as the connection is acknowledged. */
  readonly closeWith?: number;
  /** Answers the operations. */
  subscribed?(connection: FakeConnection, id: string, message: ClientMessage): void;
}

/** One connection of a client, at the server's end. */
export class FakeConnection {
  readonly received: ClientMessage[] = [];
  readonly #socket: WebSocket;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** Sends a message as it is; half a message too, if it is a text. */
  send(message: object | string): void {
    this.#socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  next(id: string, data: object): void {
    this.send({ id, type: 'next', payload: { data } });
  }

  fail(id: string, code: string, extensions: object = {}): void {
    this.send({ id, type: 'error', payload: [{ message: code, extensions: { code, ...extensions } }] });
  }

  complete(id: string): void {
    this.send({ id, type: 'complete' });
  }

  close(code: number, reason = ''): void {
    this.#socket.close(code, reason);
  }

  /** Cuts the connection without a close frame, such as after a commit whose answer is lost. */
  cut(): void {
    this.#socket.terminate();
  }
}

/** A server for the tests of an app: it behaves as its scripts say, and records what clients send. */
export class FakeServer {
  readonly connections: FakeConnection[] = [];
  readonly #server: WebSocketServer;
  readonly #scripts: readonly Script[];

  private constructor(server: WebSocketServer, scripts: readonly Script[]) {
    this.#server = server;
    this.#scripts = scripts;
    server.on('connection', (socket) => this.#connected(socket));
  }

  /** Starts on a free port of this machine. */
  static async start(...scripts: readonly Script[]): Promise<FakeServer> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols: () => 'graphql-transport-ws' });
    await once(server, 'listening');
    return new FakeServer(server, scripts);
  }

  /** The address for `createParley`. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/graphql`;
  }

  async close(): Promise<void> {
    for (const socket of this.#server.clients) socket.terminate();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #connected(socket: WebSocket): void {
    const script = this.#scripts[this.connections.length] ?? this.#scripts.at(-1) ?? {};
    const connection = new FakeConnection(socket);
    this.connections.push(connection);
    socket.on('error', () => {});
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as ClientMessage;
      connection.received.push(message);
      answer(connection, script, message);
    });
  }
}

function answer(connection: FakeConnection, script: Script, message: ClientMessage): void {
  const { acknowledge = {}, pong, closeWith } = script;
  if (message.type === 'ping' && pong !== false) connection.send({ type: 'pong' });
  if (message.type === 'subscribe') script.subscribed?.(connection, message.id ?? '', message);
  if (message.type !== 'connection_init' || acknowledge === false) return;
  connection.send({ type: 'connection_ack', payload: acknowledge });
  if (closeWith) connection.close(closeWith);
}
