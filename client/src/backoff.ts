const leastMs = 50;
const firstMs = 500;
const mostMs = 20_000;

/** Returns how long to wait before the attempt after `failures` failed ones: full jitter, as centrifuge-js has it. */
export function backoffMs(failures: number, random: () => number): number {
  return leastMs + random() * Math.min(mostMs, firstMs * 2 ** failures);
}

/** Returns how long to wait before one operation is repeated on a connection that works. */
export function repeatMs(failures: number, most = mostMs): number {
  return Math.min(most, 1000 * 2 ** failures);
}
