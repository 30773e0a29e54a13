type Close = () => unknown;

declare global {
  /** What the test file has opened and not closed yet; the test environment closes it when the file ends. */
  var leftOpen: Set<Close> | undefined;
}

/**
 * Has `close` called when the test file ends, even if the file fails before it can register hooks. Returns a function that
 * takes this back, for when it has been closed.
 */
export function closeWithFile(close: Close): () => void {
  globalThis.leftOpen ??= new Set();
  const { leftOpen } = globalThis;
  leftOpen.add(close);
  return () => void leftOpen.delete(close);
}
