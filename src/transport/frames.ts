/** First byte of an unfragmented text frame (RFC 6455, 5.2). */
const finalText = 0x81;

function headerBytes(length: number): number {
  if (length < 126) return 2;
  return length < 65_536 ? 4 : 10;
}

function writeHeader(frames: Buffer, offset: number, length: number): number {
  frames[offset] = finalText;
  if (length < 126) {
    frames[offset + 1] = length;
    return offset + 2;
  }
  if (length < 65_536) {
    frames[offset + 1] = 126;
    return frames.writeUInt16BE(length, offset + 2);
  }
  frames[offset + 1] = 127;
  frames.writeUInt32BE(0, offset + 2);
  return frames.writeUInt32BE(length, offset + 6);
}

/** Returns an unmasked WebSocket frame with this text. */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(headerBytes(length) + length);
  frame.write(text, writeHeader(frame, 0, length));
  return frame;
}

const closingBrace = 0x7d;
const nothing = Buffer.alloc(0);

/** Returns what precedes the payload in a `next` message of graphql-transport-ws, in ASCII; a `}` follows the payload. */
export function nextPrefix(operationId: string): string {
  const id = JSON.stringify(operationId).replace(/[^ -~]/g, escaped);
  return `{"id":${id},"type":"next","payload":`;
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Returns how many bytes `nextFrames` makes of the payloads. */
export function framesBytes(prefix: string, payloads: readonly Buffer[]): number {
  let bytes = 0;
  for (const payload of payloads) {
    const length = prefix.length + payload.length + 1;
    bytes += headerBytes(length) + length;
  }
  return bytes;
}

/**
 * Writes one unmasked WebSocket text frame for each payload (the UTF-8 of a JSON value) into one buffer. Adds the offsets
 * of the prefixes in it to `offsets`.
 */
export function nextFrames(prefix: string, payloads: readonly Buffer[], offsets: number[] = []): Buffer {
  const frames = Buffer.allocUnsafe(framesBytes(prefix, payloads));
  let offset = 0;
  for (const payload of payloads) {
    offset = writeHeader(frames, offset, prefix.length + payload.length + 1);
    offsets.push(offset);
    offset += frames.write(prefix, offset, 'latin1');
    offset += payload.copy(frames, offset);
    frames[offset++] = closingBrace;
  }
  return frames;
}

/**
 * Frames of the same payloads, for one operation after another. They differ only in the operation id, so all operations
 * use one buffer, and each id overwrites the one before it. Allocating a buffer for each of a thousand subscribers was
 * about a quarter of the cost of a burst (bench/fan-out).
 */
export class SharedFrames {
  static readonly #byPayloads = new WeakMap<readonly Buffer[], SharedFrames>();
  /** The frames that were asked for last: a thousand subscribers in a row ask for the same ones. */
  static #latest: SharedFrames | null = null;

  /**
   * Returns the frames of this array of payloads, compared by identity: all senders of the same results pass the same
   * array.
   */
  static of(payloads: readonly Buffer[]): SharedFrames {
    const latest = SharedFrames.#latest;
    if (latest && latest.#payloads === payloads) return latest;
    const known = SharedFrames.#byPayloads.get(payloads);
    const frames = known ?? new SharedFrames(payloads);
    if (!known) SharedFrames.#byPayloads.set(payloads, frames);
    SharedFrames.#latest = frames;
    return frames;
  }

  readonly #payloads: readonly Buffer[];
  #frames: Buffer = nothing;
  #prefix: string | null = null;
  /** Where the prefixes start in `#frames`, in bytes. */
  #offsets: number[] = [];
  #isKept = false;

  private constructor(payloads: readonly Buffer[]) {
    this.#payloads = payloads;
  }

  /**
   * Returns the frames of an operation. They are valid until the next call for another operation; for ever if `keep` is
   * called before that.
   */
  under(prefix: string): Buffer {
    if (this.#prefix === prefix) return this.#frames;
    if (this.#isKept || this.#prefix?.length !== prefix.length) this.#build(prefix);
    else for (const offset of this.#offsets) this.#frames.write(prefix, offset, 'latin1');
    this.#prefix = prefix;
    return this.#frames;
  }

  /** Keeps the last frames as they are: a socket still has to send them. */
  keep(): void {
    this.#isKept = true;
  }

  #build(prefix: string): void {
    this.#offsets = [];
    this.#frames = nextFrames(prefix, this.#payloads, this.#offsets);
    this.#isKept = false;
  }
}
