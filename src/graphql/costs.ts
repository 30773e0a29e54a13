import { limits } from '../base/limits.ts';

// What fields declare as their `complexity`: as many fields as cost as much (server/cost.ts adds them up). A field takes
// 5 to 7 µs of CPU on average.

/** A page takes 100 to 200 µs, an error in its place 350 µs (2026-11, one core). */
export const pageCost = 40;
/** A statement that no loader shares with other fields of the operation: up to 10 ms, most of them in PostgreSQL. */
export const statementCost = 500;

/** A list of at most so many items; a field that declares no size makes an operation unaffordable. */
export function sized(items: number, field = 1): { field: number; multiplier: number } {
  return { field, multiplier: items };
}

/** A connection: the lists in it have as many items as were asked for, also where that many will be refused. */
export function pageOf({ first, last }: { first?: number | null; last?: number | null }, field = pageCost) {
  return sized(Math.min(Math.max(first ?? last ?? limits.defaultPageSize, 0), limits.maxPageSize), field);
}
