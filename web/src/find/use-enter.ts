import { useEffect, useRef, useState } from 'react';

interface Search {
  query: string;
  /** What is found is still that of another query. */
  isLoading: boolean;
}

/**
 * Returns a function for the key Enter. It calls `onEnter` when what is found is that of the query: at once, or as soon as it
 * has come, unless something else is typed meanwhile. `writes`: Ctrl or Cmd is pressed too.
 */
export function useEnter({ query, isLoading }: Search, onEnter: (writes: boolean) => void): (writes: boolean) => void {
  const [pressed, setPressed] = useState<{ query: string; writes: boolean } | null>(null);
  const latest = useRef(onEnter);
  latest.current = onEnter;
  useEffect(() => {
    if (!pressed || (isLoading && pressed.query === query)) return;
    setPressed(null);
    if (pressed.query === query) latest.current(pressed.writes);
  }, [pressed, query, isLoading]);
  return (writes) => setPressed({ query, writes });
}
