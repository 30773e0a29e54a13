import { useEffect, useRef, useState } from 'react';
import { type Draft, draftAt, keepDraft } from './drafts.ts';

const keepAfterMs = 300;

/** Returns a draft, and a function that changes it. It is kept a moment after each change, and when the page or the room is left. */
export function useKeptDraft(key: string, onKept: () => void): [Draft, (draft: Draft) => void] {
  const [draft, setDraft] = useState(() => draftAt(key));
  const newest = useRef(draft);
  const isKept = useRef(true);
  const save = useRef(() => {});
  save.current = () => {
    if (isKept.current) return;
    isKept.current = true;
    keepDraft(key, newest.current);
    onKept();
  };
  useEffect(() => {
    if (newest.current === draft) return;
    newest.current = draft;
    isKept.current = false;
    const timer = setTimeout(() => save.current(), keepAfterMs);
    return () => clearTimeout(timer);
  }, [draft]);
  useEffect(() => {
    const now = () => save.current();
    addEventListener('pagehide', now);
    return () => {
      removeEventListener('pagehide', now);
      now();
    };
  }, []);
  return [draft, setDraft];
}
