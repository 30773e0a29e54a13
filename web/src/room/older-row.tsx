import type { Room } from 'parley-client';
import { useStore } from 'parley-client/react';
import { type ReactNode, useEffect, useState } from 'react';
import { useLanguage } from '../words/language.tsx';

const shownAfterMs = 300;

interface OlderRowProps {
  room: Room;
  /** What stands above the first message of all. */
  start: ReactNode;
}

/**
 * The row above the oldest message at hand. While there are older ones, its height is always the same, so that loading moves
 * nothing.
 */
export function OlderRow({ room, start }: OlderRowProps) {
  const { words } = useLanguage();
  const { isLoading, hasOlder, error } = useStore(room.messages);
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    if (!isLoading) return setLate(false);
    const timer = setTimeout(() => setLate(true), shownAfterMs);
    return () => clearTimeout(timer);
  }, [isLoading]);
  if (!hasOlder) return start;
  return (
    <div className="older">
      {isLate && words.loading}
      {error && !isLoading && (
        <>
          {words.log.olderFailed}
          <button type="button" className="link" onClick={() => void room.loadOlder().catch(() => {})}>
            {words.tryAgain}
          </button>
        </>
      )}
    </div>
  );
}
