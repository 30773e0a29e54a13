/** Maximum number of calls in progress at a time. */
const atOnce = 20;

/**
 * Returns the results of `make(0)`, `make(1)` …, with a few calls in progress at a time.
 * @template Result
 * @param {number} count @param {(index: number) => Promise<Result>} make
 */
export async function times(count, make) {
  /** @type {Result[]} */
  const results = [];
  for (let first = 0; first < count; first += atOnce) {
    const length = Math.min(atOnce, count - first);
    results.push(...(await Promise.all(Array.from({ length }, (_, index) => make(first + index)))));
  }
  return results;
}
