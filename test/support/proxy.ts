import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';

interface Pair {
  client: Socket;
  server: Socket;
  isReplyUnwanted: boolean;
  /** Whether it accepts data from both sides and never forwards it. */
  isSilent: boolean;
}

/** A proxy in front of a TCP server of this machine, which can fail as networks do. */
export class TcpProxy {
  readonly #serverPort: number;
  readonly #pairs = new Set<Pair>();
  readonly #listener = createServer((client) => this.#connect(client));
  #isHolding = false;
  #isSwallowing = false;
  #fatalText: string | null = null;
  #silencingText: string | null = null;

  private constructor(serverPort: number) {
    this.#serverPort = serverPort;
  }

  static async to(serverPort: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(serverPort);
    proxy.#listener.listen(0, '127.0.0.1');
    await once(proxy.#listener, 'listening');
    return proxy;
  }

  /** The port to connect to, instead of that of the server. */
  get port(): number {
    return (this.#listener.address() as AddressInfo).port;
  }

  /** Holds back all data of both sides, on open and new connections, and also the end of a connection. */
  hold(): void {
    this.#isHolding = true;
    for (const { client, server } of this.#pairs) for (const socket of [client, server]) socket.pause();
  }

  /** Forwards again, beginning with the data that was held back. */
  release(): void {
    this.#isHolding = false;
    for (const { client, server } of this.#pairs) for (const socket of [client, server]) socket.resume();
  }

  /**
   * Drops all data of connections that are open now or are opened before `heal`. These connections never work again.
   */
  swallow(): void {
    this.#isSwallowing = true;
    for (const pair of this.#pairs) pair.isSilent = true;
  }

  /** Lets new connections through again. */
  heal(): void {
    this.#isSwallowing = false;
  }

  /** Silences the connection of the next request that contains `text`, from that request on. */
  silenceOn(text: string): void {
    this.#silencingText = text;
  }

  /** Forwards the next request that contains `text`, but cuts its connection instead of forwarding the reply. */
  loseReplyTo(text: string): void {
    this.#fatalText = text;
  }

  /** Cuts the connections that are open. */
  cut(): void {
    for (const pair of this.#pairs) this.#cut(pair);
  }

  /** Cuts all connections, and takes no more. */
  async close(): Promise<void> {
    const closed = once(this.#listener, 'close');
    this.#listener.close();
    this.cut();
    await closed;
  }

  #connect(client: Socket): void {
    const server = createConnection(this.#serverPort, '127.0.0.1');
    const pair = { client, server, isReplyUnwanted: false, isSilent: this.#isSwallowing };
    this.#pairs.add(pair);
    for (const socket of [client, server]) {
      socket.on('error', () => {});
      socket.on('close', () => this.#cut(pair));
    }
    client.on('data', (bytes) => {
      if (this.#fatalText !== null && bytes.includes(this.#fatalText)) {
        this.#fatalText = null;
        pair.isReplyUnwanted = true;
      }
      if (this.#silencingText !== null && bytes.includes(this.#silencingText)) {
        this.#silencingText = null;
        pair.isSilent = true;
      }
      if (!pair.isSilent) server.write(bytes);
    });
    server.on('data', (bytes) => {
      if (pair.isReplyUnwanted) this.#cut(pair);
      else if (!pair.isSilent) client.write(bytes);
    });
    if (this.#isHolding) for (const socket of [client, server]) socket.pause();
  }

  #cut(pair: Pair): void {
    this.#pairs.delete(pair);
    pair.client.destroy();
    pair.server.destroy();
  }
}
