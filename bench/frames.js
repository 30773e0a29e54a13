const opcodes = { continuation: 0x0, ping: 0x9, firstControl: 0x8 };

/** Maximum bytes of an unmasked header; servers never mask. */
const maxHeaderBytes = 10;

/**
 * @typedef {object} FrameListener
 * @property {(payload: Buffer) => void} onMessage called with a data message shorter than `wholeBelow`; the bytes are valid during the call
 * @property {(opcode: number, payload: Buffer) => void} onControl a close, ping or pong frame
 * @property {(bytes: Buffer, start: number, end: number) => number} [onBytes] instead of `onMessage`: called with each part
 *   of a payload; returns the number of messages that it has counted
 */

/**
 * Finds the messages in the bytes that a WebSocket server sends (RFC 6455, no extensions). It reads only the frame
 * headers. A message is a data frame with FIN and the fragments before it, independent of TCP chunks. Messages shorter
 * than `wholeBelow` bytes are passed on; longer ones are only counted.
 */
export class FrameScanner {
  /** A message of at least this many payload bytes is only counted. */
  wholeBelow = Number.POSITIVE_INFINITY;
  /** Bytes on the wire, including headers and all fragments. */
  lastMessageBytes = 0;

  /** @type {FrameListener} */
  #listener;
  #header = Buffer.alloc(maxHeaderBytes);
  #headerBytes = 0; // bytes of a header that continues in the next chunk
  #isInPayload = false;
  #left = 0; // payload bytes of the current frame that have not arrived yet
  #opcode = 0;
  #isFinal = false;
  #messageBytes = 0; // payload bytes of the current message so far
  #wireBytes = 0; // the same with headers
  #isWhole = true; // whether the current message may still be passed on
  /** @type {Buffer[]} */
  #parts = [];
  #ownedParts = 0; // the number of parts that are copies
  /** @type {Buffer[]} */
  #controlParts = [];

  /** @param {FrameListener} listener */
  constructor(listener) {
    this.#listener = listener;
  }

  /**
   * Reads the next bytes of the stream. Returns the number of messages that ended in them and were only counted.
   * @param {Buffer} bytes @param {number} start @param {number} end
   */
  scan(bytes, start, end) {
    let at = start;
    let counted = 0;
    while (at < end) {
      if (!this.#isInPayload) at = this.#takeHeader(bytes, at, end);
      if (!this.#isInPayload) break;
      const stop = Math.min(at + this.#left, end);
      counted += this.#keep(bytes, at, stop);
      this.#left -= stop - at;
      at = stop;
      if (this.#left === 0) counted += this.#endFrame();
    }
    this.#ownParts();
    return counted;
  }

  /** Copies, once, the bytes that are needed after the call: the caller reuses its buffer. */
  #ownParts() {
    for (let index = this.#ownedParts; index < this.#parts.length; index++) {
      this.#parts[index] = Buffer.from(this.#parts[index]);
    }
    this.#ownedParts = this.#parts.length;
    if (this.#controlParts.length > 0) this.#controlParts = this.#controlParts.map((part) => Buffer.from(part));
  }

  /** Returns the offset of the payload, or `end` if the header continues in the next chunk. */
  #takeHeader(/** @type {Buffer} */ bytes, /** @type {number} */ start, /** @type {number} */ end) {
    if (this.#headerBytes === 0 && end - start >= maxHeaderBytes) {
      return start + this.#beginFrame(bytes, start);
    }
    let at = start;
    while (at < end) {
      this.#header[this.#headerBytes++] = bytes[at++];
      if (this.#headerBytes < 2 || this.#headerBytes < headerBytesOf(this.#header[1])) continue;
      this.#headerBytes = 0;
      this.#beginFrame(this.#header, 0);
      break;
    }
    return at;
  }

  #beginFrame(/** @type {Buffer} */ bytes, /** @type {number} */ at) {
    const [first, second] = [bytes[at], bytes[at + 1]];
    if (first & 0x70)
      throw new Error('A frame with reserved bits: the server compresses, or frames were not read correctly.');
    const headerBytes = headerBytesOf(second);
    this.#left = second < 126 ? second : second === 126 ? bytes.readUInt16BE(at + 2) : longLength(bytes, at + 2);
    this.#opcode = first & 0x0f;
    this.#isFinal = (first & 0x80) !== 0;
    this.#isInPayload = true;
    if (this.#opcode < opcodes.firstControl) this.#growMessage(headerBytes);
    return headerBytes;
  }

  #growMessage(/** @type {number} */ headerBytes) {
    this.#messageBytes += this.#left;
    this.#wireBytes += headerBytes + this.#left;
    if (this.#isWhole && this.#messageBytes >= this.wholeBelow) {
      this.#isWhole = false;
      this.#dropParts();
    }
  }

  /** Returns the number of messages that `onBytes` has counted. */
  #keep(/** @type {Buffer} */ bytes, /** @type {number} */ start, /** @type {number} */ end) {
    if (this.#opcode >= opcodes.firstControl) this.#controlParts.push(bytes.subarray(start, end));
    else if (this.#listener.onBytes) return this.#listener.onBytes(bytes, start, end);
    else if (this.#isWhole) this.#parts.push(bytes.subarray(start, end));
    return 0;
  }

  /** Returns 1 if a message ended that is only counted, otherwise 0. */
  #endFrame() {
    this.#isInPayload = false;
    if (this.#opcode >= opcodes.firstControl) {
      const payload = joined(this.#controlParts);
      this.#controlParts = [];
      this.#listener.onControl(this.#opcode, payload);
      return 0;
    }
    if (!this.#isFinal) return 0;
    const [isWhole, parts] = [this.#isWhole, this.#parts];
    this.lastMessageBytes = this.#wireBytes;
    this.#messageBytes = 0;
    this.#wireBytes = 0;
    this.#isWhole = true;
    this.#dropParts();
    if (this.#listener.onBytes) return 0;
    if (isWhole) this.#listener.onMessage(joined(parts));
    return isWhole ? 0 : 1;
  }

  #dropParts() {
    this.#parts = [];
    this.#ownedParts = 0;
  }
}

/** @param {number} second the second byte of the header */
function headerBytesOf(second) {
  if (second & 0x80) throw new Error('A masked frame from a server.');
  return second < 126 ? 2 : second === 126 ? 4 : 10;
}

/** @param {Buffer} bytes @param {number} at */
function longLength(bytes, at) {
  return bytes.readUInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4);
}

/** @param {Buffer[]} parts */
function joined(parts) {
  return parts.length === 1 ? parts[0] : Buffer.concat(parts);
}
