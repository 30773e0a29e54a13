import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface RawFrame {
  opcode: number;
  payload: Buffer;
}

const texts = 0x1;
const closes = 0x8;

/** A client of a WebSocket that does nothing by itself: it answers neither close frames nor pings. */
export class RawPeer {
  readonly tcp: Socket;
  /** All frames that came, in order. */
  readonly frames: RawFrame[] = [];
  /** Settles when the TCP connection has ended. */
  readonly closed: Promise<void>;
  #bytes: Buffer = Buffer.alloc(0);
  #wake = () => {};

  private constructor(tcp: Socket) {
    this.tcp = tcp;
    tcp.on('error', () => {}); // followed by close
    // Does not use `once`, which rejects for an error: an error also closes the connection.
    this.closed = new Promise((resolve) => {
      tcp.once('close', () => resolve());
    });
    void this.closed.then(() => this.#wake());
  }

  /** Opens a WebSocket; with `init`, sends it and waits for the answer. */
  static async open(url: string, init?: Record<string, unknown>): Promise<RawPeer> {
    const { port, hostname } = new URL(url);
    const peer = new RawPeer(connect(Number(port), hostname));
    peer.tcp.write(upgradeRequest());
    await once(peer.tcp, 'readable');
    const head = peer.tcp.read() as Buffer;
    if (!String(head).startsWith('HTTP/1.1 101')) throw new Error(`Got ${String(head)}`);
    peer.tcp.on('data', (bytes: Buffer) => peer.#take(bytes));
    if (!init) return peer;
    peer.say({ type: 'connection_init', payload: init });
    // A busy server may send a ping before it.
    for (let count = 1; !peer.messages.some(({ type }) => type === 'connection_ack'); count += 1) await peer.nth(count);
    return peer;
  }

  /** Sends a text, or anything else as JSON. */
  say(message: unknown): void {
    this.tcp.write(textFrame(message));
  }

  /** Sends many messages in one piece. */
  sayAll(messages: readonly unknown[]): void {
    this.tcp.write(Buffer.concat(messages.map(textFrame)));
  }

  /** Resolves with the nth frame, from 1; rejects if the connection ends before it comes. */
  async nth(count: number): Promise<RawFrame> {
    while (this.frames.length < count) {
      if (this.tcp.closed) throw new Error(`The connection ended after ${this.frames.length} frames`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.frames[count - 1]!;
  }

  /** The messages that came. */
  get messages(): { type: string; id?: string; payload?: unknown }[] {
    return this.frames.filter(({ opcode }) => opcode === texts).map(({ payload }) => JSON.parse(String(payload)));
  }

  /** Resolves with the code and reason of the close frame. */
  async closeFrame(): Promise<{ code: number; reason: string }> {
    for (let count = 1; ; count += 1) {
      const { opcode, payload } = await this.nth(count);
      if (opcode === closes) return { code: payload.readUInt16BE(0), reason: payload.subarray(2).toString() };
    }
  }

  #take(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    for (let end = this.#frame(); end > 0; end = this.#frame()) this.#bytes = this.#bytes.subarray(end);
    this.#wake();
  }

  /** Takes the first frame if it is complete, and returns where it ends; otherwise returns 0. */
  #frame(): number {
    const bytes = this.#bytes;
    if (bytes.length < 2) return 0;
    const short = bytes[1]! & 0x7f;
    const begin = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (bytes.length < begin) return 0;
    const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : bytes.readUInt32BE(6);
    if (bytes.length < begin + length) return 0;
    this.frames.push({ opcode: bytes[0]! & 0x0f, payload: bytes.subarray(begin, begin + length) });
    return begin + length;
  }
}

/** Returns the HTTP request that opens a WebSocket. */
export function upgradeRequest(path = '/graphql', headers: Record<string, string> = {}): string {
  const all = {
    Host: 'parley',
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Protocol': 'graphql-transport-ws',
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

/** Returns a frame as clients send it, with a mask of zeros. */
export function frame(opcode: number, payload: Buffer, { isFinal = true } = {}): Buffer {
  const { length } = payload;
  const head = Buffer.alloc(length < 126 ? 6 : length < 65_536 ? 8 : 14);
  head[0] = opcode | (isFinal ? 0x80 : 0);
  head[1] = 0x80 | (length < 126 ? length : length < 65_536 ? 126 : 127);
  if (head.length === 8) head.writeUInt16BE(length, 2);
  if (head.length === 14) head.writeUInt32BE(length, 6);
  return Buffer.concat([head, payload]);
}

function textFrame(message: unknown): Buffer {
  return frame(texts, Buffer.from(typeof message === 'string' ? message : JSON.stringify(message)));
}
