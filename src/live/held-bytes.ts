const known = new WeakMap<object, number>();

/**
 * Returns about how many bytes a plain value keeps in memory, with everything it refers to. The size of an object is
 * computed once: many readers share a value, and must not change it.
 */
export function heldBytes(value: unknown): number {
  if (typeof value === 'string') return 16 + 2 * value.length;
  if (typeof value !== 'object' || value === null) return 8;
  const before = known.get(value);
  if (before !== undefined) return before;
  known.set(value, 0); // for an object that refers to itself
  let bytes = 32;
  for (const inner of Object.values(value)) bytes += heldBytes(inner);
  known.set(value, bytes);
  return bytes;
}
