import type { Room } from 'parley-client';
import { useStore } from 'parley-client/react';
import { useEffect, useState } from 'react';
import { useLanguage } from '../words/language.tsx';

const shownAfterMs = 300;

/** The row above the oldest message at hand. Its height is always the same, so that loading moves nothing. */
export function OlderRow({ room }: { room: Room }) {
  const { words } = useLanguage();
  const { isLoading, hasOlder, error } = useStore(room.messages);
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    if (!isLoading) return setLate(false);
    const timer = setTimeout(() => setLate(true), shownAfterMs);
    return () => clearTimeout(timer);
  }, [isLoading]);
  return (
    <div className="older">
      {isLate && hasOlder && words.loading}
      {error && hasOlder && !isLoading && (
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
