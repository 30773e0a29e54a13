import { useEffect, useRef } from 'react';

/** Calls once, after the first rendering. */
export function useTold(tell: () => void): void {
  const first = useRef(tell);
  useEffect(() => first.current(), []);
}
