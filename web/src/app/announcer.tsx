import { useCallback, useEffect, useRef, useState } from 'react';

export type Announce = (text: string, how?: 'polite' | 'assertive') => void;

const everyMs = 1000;

/** Returns what an announcer needs, and a function that announces by it. */
export function useAnnounce(): [ready: (announce: Announce) => void, announce: Announce] {
  const now = useRef<Announce>(() => {});
  const [announce] = useState(
    () =>
      (...said: Parameters<Announce>) =>
        now.current(...said),
  );
  const ready = useCallback((given: Announce) => {
    now.current = given;
  }, []);
  return [ready, announce];
}

/** Says texts to screen readers: at most one a second, the newest of those that came meanwhile. */
export function Announcer({ ready }: { ready: (announce: Announce) => void }) {
  const polite = useRef<HTMLDivElement>(null);
  const assertive = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let waiting: string | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const say = () => {
      timer = undefined;
      if (waiting === null || !polite.current) return;
      polite.current.textContent = waiting;
      waiting = null;
      timer = setTimeout(say, everyMs);
    };
    ready((text, how = 'polite') => {
      if (how === 'assertive' && assertive.current) assertive.current.textContent = text;
      else {
        waiting = text;
        timer ??= setTimeout(say, 0);
      }
    });
    return () => clearTimeout(timer);
  }, [ready]);
  return (
    <>
      <div ref={polite} className="unseen" role="status" />
      <div ref={assertive} className="unseen" role="alert" />
    </>
  );
}
