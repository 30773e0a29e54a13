/** A count that stops at a limit. */
export interface CappedCount {
  value: number;
  isCapped: boolean;
}

/** Returns a count of what was counted up to one more than the cap. */
export function capped(count: number, cap: number): CappedCount {
  return { value: Math.min(count, cap), isCapped: count > cap };
}
