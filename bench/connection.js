import { connect } from 'node:net';
import { clientFrame } from './client-frame.js';
import { FrameScanner } from './frames.js';
import { UpgradeAnswer, upgradeRequest } from './handshake.js';

const opcodes = { text: 0x1, close: 0x8, ping: 0x9, pong: 0xa };

/** All sockets of the process read into this buffer: the bytes are counted before the next socket reads. */
const sharedBuffer = Buffer.allocUnsafe(256 * 1024);

/**
 * The protocol inside WebSocket frames, for one connection.
 * @typedef {object} Protocol
 * @property {string} path
 * @property {string} [subprotocol]
 * @property {(connection: Connection) => void} onOpen called after the handshake
 * @property {(connection: Connection, message: Buffer) => boolean} owns handles a message of the protocol itself;
 *   returns false for a delivery to the subscriber
 * @property {(onMessage: (message: Buffer) => void) => Scanner} [scannerOf] for a protocol whose messages do not begin and
 *   end with WebSocket messages
 */
/** Finds messages in a stream of bytes; see `FrameScanner`. @typedef {{ wholeBelow: number, scan(bytes: Buffer, start: number, end: number): number }} Scanner */

/**
 * A WebSocket client with minimal cost: it reads bytes from TCP, counts frames by their headers and parses nothing unless
 * asked to. It offers no extension, so nothing is compressed.
 */
export class Connection {
  /** Settles when the subscription has been requested. @type {Promise<void>} */
  ready;
  isOpen = false;
  /** Number of messages that were only counted, since `countOnly`. */
  counted = 0;
  /** Called with each delivered message; the bytes are valid during the call. @type {((message: Buffer) => void) | null} */
  onDelivery = null;
  /** Called with the number of messages in a chunk that were only counted. @type {((messages: number) => void) | null} */
  onCount = null;
  /** @type {((why: string) => void) | null} */
  onLost = null;

  #socket;
  #protocol;
  #scanner;
  /** Finds the messages that are counted. @type {Scanner} */
  #messages;
  #handshake = new UpgradeAnswer();
  #isEnding = false;
  /** @type {() => void} */
  #succeed = () => {};
  /** @type {(error: Error) => void} */
  #fail = () => {};

  /** @param {number} port @param {Protocol} protocol */
  constructor(port, protocol) {
    this.#protocol = protocol;
    const onMessage = (/** @type {Buffer} */ message) => {
      if (!protocol.owns(this, message)) this.onDelivery?.(message);
    };
    const inner = protocol.scannerOf?.(onMessage);
    this.#scanner = new FrameScanner({
      onMessage,
      onControl: (opcode, payload) => this.#answerControl(opcode, payload),
      onBytes: inner && ((bytes, start, end) => inner.scan(bytes, start, end)),
    });
    this.#messages = inner ?? this.#scanner;
    this.ready = new Promise((resolve, reject) => {
      this.#succeed = resolve;
      this.#fail = reject;
    });
    this.#socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: { buffer: sharedBuffer, callback: (length) => this.#read(length) },
    });
    this.#socket.on('connect', () => this.#socket.write(upgradeRequest(port, protocol)));
    this.#socket.on('error', (error) => this.#lose(error.message));
    this.#socket.on('close', () => this.#lose('closed by the server'));
  }

  /** Bytes on the wire, including headers. */
  get bytesRead() {
    return this.#socket.bytesRead;
  }

  get lastMessageBytes() {
    return this.#scanner.lastMessageBytes;
  }

  /** From now on, counts messages of this many bytes without reading them. @param {number} payloadBytes */
  countOnly(payloadBytes) {
    this.#messages.wholeBelow = payloadBytes;
    this.counted = 0;
  }

  /** The protocol calls this when it has requested the subscription. */
  subscribed() {
    this.#succeed();
  }

  /** The protocol calls this if the server refuses. @param {string} why */
  refuse(why) {
    this.#fail(new Error(why));
    this.#lose(why);
  }

  /** @param {string} text */
  send(text) {
    this.#socket.write(clientFrame(opcodes.text, Buffer.from(text)));
  }

  /** Sends several messages in one write. @param {string[]} texts */
  sendAll(texts) {
    this.#socket.write(Buffer.concat(texts.map((text) => clientFrame(opcodes.text, Buffer.from(text)))));
  }

  /** Stops reading from the socket, so unread bytes accumulate. */
  pause() {
    this.#socket.pause();
  }

  resume() {
    this.#socket.resume();
  }

  /** Ends the connection with a TCP reset and no close frame, like a network failure. */
  cut() {
    this.#isEnding = true;
    this.#socket.resetAndDestroy();
  }

  close() {
    this.#isEnding = true;
    this.#socket.destroy();
  }

  #read(/** @type {number} */ length) {
    const start = this.isOpen ? 0 : this.#readHandshake(length);
    if (!this.isOpen || start === length) return true;
    const counted = this.#scanner.scan(sharedBuffer, start, length);
    if (counted > 0) {
      this.counted += counted;
      this.onCount?.(counted);
    }
    return true;
  }

  /** Returns the offset of the first frame; `length` if there is none. */
  #readHandshake(/** @type {number} */ length) {
    const end = this.#handshake.take(sharedBuffer, length);
    if (end === null) return length;
    if (this.#handshake.fault) this.refuse(this.#handshake.fault);
    else {
      this.isOpen = true;
      this.#protocol.onOpen(this);
    }
    return end;
  }

  #answerControl(/** @type {number} */ opcode, /** @type {Buffer} */ payload) {
    if (opcode === opcodes.ping) this.#socket.write(clientFrame(opcodes.pong, payload));
    if (opcode !== opcodes.close) return;
    const code = payload.length >= 2 ? payload.readUInt16BE(0) : 'without a code';
    this.#lose(`closed by the server: ${code} ${payload.toString('utf8', 2)}`);
  }

  #lose(/** @type {string} */ why) {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#socket.destroy();
    this.#fail(new Error(why));
    this.onLost?.(why);
  }
}
