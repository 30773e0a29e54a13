const slots = 16_384;

/**
 * Returns the slot of a Redis Cluster that a channel belongs to: CRC16 (XMODEM) of its hash tag, or of the whole name if
 * it has none.
 */
export function slotOf(channel: string): number {
  const open = channel.indexOf('{');
  const close = channel.indexOf('}', open + 1);
  const tag = open >= 0 && close > open + 1 ? channel.slice(open + 1, close) : channel;
  let crc = 0;
  for (const byte of Buffer.from(tag)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  }
  return (crc & 0xffff) % slots;
}
