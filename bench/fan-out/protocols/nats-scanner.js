const [lineFeed, space, digitZero] = [0x0a, 0x20, 0x30];
const messageLine = 'M'.charCodeAt(0);

/**
 * Finds the messages in the bytes of NATS' text protocol: `MSG subject id length`, a line break, `length` bytes and a line
 * break. A server puts any number of messages into a WebSocket frame, so frames say nothing about messages. Payloads
 * shorter than `wholeBelow` are passed on, and so is every other line; longer payloads are only counted.
 */
export class NatsScanner {
  wholeBelow = Number.POSITIVE_INFINITY;

  #onMessage;
  /** Beginning of a line that continues in the next chunk. */
  #line = Buffer.alloc(0);
  #left = 0; // bytes of the current payload, with its line break, that have not arrived yet
  #isWhole = false; // whether the current payload is to be passed on
  /** @type {Buffer[]} */
  #parts = [];

  /** @param {(message: Buffer) => void} onMessage called with a payload, or with a line that announces none */
  constructor(onMessage) {
    this.#onMessage = onMessage;
  }

  /** Reads the next bytes. Returns the number of messages that ended in them and were only counted. @param {Buffer} bytes @param {number} start @param {number} end */
  scan(bytes, start, end) {
    let at = start;
    let counted = 0;
    while (at < end) {
      if (this.#left === 0) {
        at = this.#takeLine(bytes, at, end);
        continue;
      }
      const stop = Math.min(at + this.#left, end);
      if (this.#isWhole) this.#parts.push(Buffer.from(bytes.subarray(at, stop)));
      this.#left -= stop - at;
      at = stop;
      if (this.#left === 0) counted += this.#endPayload();
    }
    return counted;
  }

  /** Returns the offset after the line, or `end` if it continues in the next chunk. */
  #takeLine(/** @type {Buffer} */ bytes, /** @type {number} */ at, /** @type {number} */ end) {
    const found = bytes.indexOf(lineFeed, at);
    const isComplete = found !== -1 && found < end;
    const stop = isComplete ? found + 1 : end;
    if (this.#line.length > 0 || !isComplete) this.#line = Buffer.concat([this.#line, bytes.subarray(at, stop)]);
    if (!isComplete) return end;
    if (this.#line.length === 0) this.#beginAfter(bytes, at, stop);
    else {
      const line = this.#line;
      this.#line = Buffer.alloc(0);
      this.#beginAfter(line, 0, line.length);
    }
    return stop;
  }

  #beginAfter(/** @type {Buffer} */ bytes, /** @type {number} */ start, /** @type {number} */ end) {
    if (bytes[start] !== messageLine) return this.#onMessage(Buffer.from(bytes.subarray(start, end)));
    let length = 0;
    for (let at = end - 3, scale = 1; bytes[at] !== space; at--, scale *= 10) length += (bytes[at] - digitZero) * scale;
    this.#left = length + 2;
    this.#isWhole = length < this.wholeBelow;
  }

  /** Returns 1 if the payload is only counted, otherwise 0. */
  #endPayload() {
    if (!this.#isWhole) return 1;
    const payload = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#onMessage(payload.subarray(0, -2));
    return 0;
  }
}
