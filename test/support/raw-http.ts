import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { until } from './until.ts';

/** Sends a text over TCP, closes its own side and returns the complete answer. */
export async function rawRequest(url: string, text: string): Promise<string> {
  const connection = await RawConnection.open(url);
  connection.socket.end(text);
  await connection.closed;
  return connection.received;
}

/** A TCP connection to a server, for requests that no HTTP client would send. */
export class RawConnection {
  readonly socket: Socket;
  /** Resolves when the connection has ended, with or without an error. */
  readonly closed: Promise<unknown>;
  received = '';

  private constructor(socket: Socket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {}); // followed by close
  }

  static async open(url: string): Promise<RawConnection> {
    const connection = await RawConnection.openDeaf(url);
    connection.listen();
    return connection;
  }

  /** Opens a connection that reads nothing until `listen` is called. */
  static async openDeaf(url: string): Promise<RawConnection> {
    const { port, hostname } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new RawConnection(socket);
  }

  listen(): void {
    this.socket.setEncoding('latin1').on('data', (text: string) => {
      this.received += text;
    });
  }

  send(text: string): void {
    this.socket.write(text);
  }

  async untilReceived(text: string): Promise<void> {
    await until(() => this.received.includes(text));
  }
}

/** Returns a `POST /graphql` as text with the first half of its body, and the second half. */
export function inHalves(query: string): [string, string] {
  const body = JSON.stringify({ query });
  const head = `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
  return [`${head}\r\n\r\n${body.slice(0, 5)}`, body.slice(5)];
}
