import { limits } from '../base/limits.ts';

// Fields declare their `complexity` as the number of plain fields that cost as much (execution/cost.ts adds them up). A
// plain field takes 5 to 7 µs of CPU on average.

/** One page of a connection takes 100 to 200 µs; an error instead of it takes 350 µs (2026-11, one core). */
export const pageCost = 40;
/** A statement that no loader shares with other fields takes up to 10 ms, most of it in PostgreSQL. */
export const statementCost = 500;

/**
 * Returns the complexity of a list with at most this many items. If a list declares no complexity, every operation that
 * selects it is too expensive.
 */
export function sized(items: number, field = 1): { field: number; multiplier: number } {
  return { field, multiplier: items };
}

/** Returns the complexity of a connection: its lists have as many items as the client asks for, up to the limit. */
export function pageOf({ first, last }: { first?: number | null; last?: number | null }, field = pageCost) {
  return sized(Math.min(Math.max(first ?? last ?? limits.defaultPageSize, 0), limits.maxPageSize), field);
}
