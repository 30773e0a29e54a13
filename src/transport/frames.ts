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

const closingBrace = 0x7d;
const nothing = Buffer.alloc(0);

/**
 * What stands before the payload in a `next` message of graphql-transport-ws, in ASCII; a `}` follows the payload.
 */
export function nextPrefix(operationId: string): string {
  const id = JSON.stringify(operationId).replace(/[^ -~]/g, escaped);
  return `{"id":${id},"type":"next","payload":`;
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/**
 * One WebSocket text frame for each payload (UTF-8 of a JSON value), unmasked, in one buffer. `places` takes where in it the
 * prefixes stand.
 */
export function nextFrames(prefix: string, payloads: readonly Buffer[], places: number[] = []): Buffer {
  let bytes = 0;
  for (const payload of payloads) {
    const length = prefix.length + payload.length + 1;
    bytes += headerBytes(length) + length;
  }
  const frames = Buffer.allocUnsafe(bytes);
  let offset = 0;
  for (const payload of payloads) {
    offset = writeHeader(frames, offset, prefix.length + payload.length + 1);
    places.push(offset);
    offset += frames.write(prefix, offset, 'latin1');
    offset += payload.copy(frames, offset);
    frames[offset++] = closingBrace;
  }
  return frames;
}

/**
 * Frames of the same payloads for one operation after another. They differ in the operation's id alone, which is written
 * over where the last one's stood: memory of its own for each of a thousand subscribers was about a quarter of what a burst
 * costs (bench/fan-out).
 */
export class FramesInTurn {
  static readonly #byPayloads = new WeakMap<readonly Buffer[], FramesInTurn>();

  /** Those of these very payloads, as all have them who send the same. */
  static of(payloads: readonly Buffer[]): FramesInTurn {
    const known = FramesInTurn.#byPayloads.get(payloads);
    const frames = known ?? new FramesInTurn(payloads);
    if (!known) FramesInTurn.#byPayloads.set(payloads, frames);
    return frames;
  }

  readonly #payloads: readonly Buffer[];
  #frames: Buffer = nothing;
  #prefix: string | null = null;
  /** Where the prefixes stand. */
  #places: number[] = [];
  #isKept = false;

  private constructor(payloads: readonly Buffer[]) {
    this.#payloads = payloads;
  }

  /** The frames of an operation, good until somebody asks for another's, or for ever if `keep` is called before. */
  under(prefix: string): Buffer {
    if (this.#prefix === prefix) return this.#frames;
    if (this.#isKept || this.#prefix?.length !== prefix.length) this.#build(prefix);
    else for (const place of this.#places) this.#frames.write(prefix, place, 'latin1');
    this.#prefix = prefix;
    return this.#frames;
  }

  /** The last frames are still to be read by somebody, and must stay as they are. */
  keep(): void {
    this.#isKept = true;
  }

  #build(prefix: string): void {
    this.#places = [];
    this.#frames = nextFrames(prefix, this.#payloads, this.#places);
    this.#isKept = false;
  }
}
