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

/** What stands before the payload in a `next` message of graphql-transport-ws; a `}` follows the payload. */
export function nextPrefix(operationId: string): Buffer {
  return Buffer.from(`{"id":${JSON.stringify(operationId)},"type":"next","payload":`);
}

/** One WebSocket text frame for each payload (UTF-8 of a JSON value), unmasked, in one buffer. */
export function nextFrames(prefix: Buffer, payloads: readonly Buffer[]): Buffer {
  let bytes = 0;
  for (const payload of payloads) {
    const length = prefix.length + payload.length + 1;
    bytes += headerBytes(length) + length;
  }
  const frames = Buffer.allocUnsafe(bytes);
  let offset = 0;
  for (const payload of payloads) {
    offset = writeHeader(frames, offset, prefix.length + payload.length + 1);
    offset += prefix.copy(frames, offset);
    offset += payload.copy(frames, offset);
    frames[offset++] = closingBrace;
  }
  return frames;
}
