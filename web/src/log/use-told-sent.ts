import { useEffect, useRef } from 'react';
import type { Announce } from '../app/announcer.tsx';
import { useLanguage } from '../words/language.tsx';
import type { OwnState } from './message.ts';

/** Says to screen readers that a message was sent that had to wait for the connection, and why one was refused. */
export function useToldSent(states: ReadonlyMap<string, OwnState>, announce: Announce): void {
  const { words } = useLanguage();
  const waited = useRef(new Set<string>());
  const failed = useRef<Set<string> | null>(null);
  useEffect(() => {
    for (const id of waited.current) {
      if (states.get(id)?.type === 'failed') waited.current.delete(id);
      else if (!states.has(id) && waited.current.delete(id)) announce(words.log.sent);
    }
    for (const [id, { type }] of states) if (type === 'queued') waited.current.add(id);
    const refused = [...states].flatMap(([id, state]) => (state.type === 'failed' ? [{ id, why: state.why }] : []));
    const isNew = refused.find(({ id }) => failed.current?.has(id) === false);
    if (isNew) announce(words.log.notSent(isNew.why), 'assertive');
    failed.current = new Set(refused.map(({ id }) => id));
  });
}
