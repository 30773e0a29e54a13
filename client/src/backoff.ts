const leastMs = 50;
const firstMs = 500;
const mostMs = 20_000;

/** Returns how long to wait before the attempt after `failures` failed ones: full jitter, as centrifuge-js has it. */
export function backoffMs(failures: number, random: () => number): number {
  return leastMs + random() * Math.min(mostMs, firstMs * 2 ** failures);
}
