/**
 * Returns a client frame. Its mask is all zeros, so the payload is unchanged.
 * @param {number} opcode @param {Buffer} payload
 */
export function clientFrame(opcode, payload) {
  const { length } = payload;
  const header = Buffer.alloc((length < 126 ? 2 : length < 65_536 ? 4 : 10) + 4);
  header[0] = 0x80 | opcode;
  if (length < 126) {
    header[1] = 0x80 | length;
  } else if (length < 65_536) {
    header[1] = 0x80 | 126;
    header.writeUInt16BE(length, 2);
  } else {
    header[1] = 0x80 | 127;
    header.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([header, payload]);
}
