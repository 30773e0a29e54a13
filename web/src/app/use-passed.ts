import { useEffect, useState } from 'react';

/** The longest time that a timer of browsers takes. */
const longestMs = 2 ** 31 - 1;

/** Renders anew when a moment has passed. Null: there is none to wait for. */
export function usePassed(moment: string | null | undefined): void {
  const [, tick] = useState(0);
  useEffect(() => {
    const leftMs = moment ? Date.parse(moment) - Date.now() : Number.NaN;
    if (!(leftMs >= 0 && leftMs <= longestMs)) return;
    const timer = setTimeout(() => tick((count) => count + 1), leftMs + 1);
    return () => clearTimeout(timer);
  }, [moment]);
}
