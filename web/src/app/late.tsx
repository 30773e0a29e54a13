import { useEffect, useState } from 'react';
import { useLanguage } from '../words/language.tsx';

/** An answer seldom takes so long; what is shown before would only flicker. */
const silentMs = 2000;

/** Stands where an answer of the server is awaited: nothing at first, then that there is none yet. */
export function Late() {
  const { words } = useLanguage();
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), silentMs);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="empty" role="status">
      {isLate && <h2>{words.crash.noServer}</h2>}
    </div>
  );
}
