import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { until } from './until.ts';

/** Sends text over TCP, as no HTTP client would, hangs up its own side and gives all that comes back. */
export async function rawRequest(url: string, text: string): Promise<string> {
  const connection = await RawConnection.open(url);
  connection.socket.end(text);
  await connection.closed;
  return connection.received;
}

/** A TCP connection to a server, for what no HTTP client would do. */
export class RawConnection {
  readonly socket: Socket;
  /** Resolves when the connection has ended, however. */
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

  /** One that reads nothing until it is told to `listen`. */
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

/** A `POST /graphql` as text, with a body that is half there, and the rest of it. */
export function inHalves(query: string): [string, string] {
  const body = JSON.stringify({ query });
  const head = `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
  return [`${head}\r\n\r\n${body.slice(0, 5)}`, body.slice(5)];
}
