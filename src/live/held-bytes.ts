const known = new WeakMap<object, number>();

/**
 * About how many bytes a plain value keeps in memory, with all that it leads to. An object is looked at once: values are
 * shared by all who wait for them, and are not to be changed.
 */
export function heldBytes(value: unknown): number {
  if (typeof value === 'string') return 16 + 2 * value.length;
  if (typeof value !== 'object' || value === null) return 8;
  const before = known.get(value);
  if (before !== undefined) return before;
  known.set(value, 0); // of one that leads to itself
  let bytes = 32;
  for (const inner of Object.values(value)) bytes += heldBytes(inner);
  known.set(value, bytes);
  return bytes;
}
