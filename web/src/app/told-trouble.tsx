import { createContext, type ReactNode, useContext, useEffect, useRef } from 'react';
import { useLanguage } from '../words/language.tsx';
import { useTalk } from './talk.tsx';
import { type Trouble, useTrouble } from './use-trouble.ts';

const Context = createContext<Trouble | null>(null);

/** Follows the connection for the whole page: what is wrong lasts, and is announced once, whichever pane is open. */
export function ToldTrouble({ children }: { children: ReactNode }) {
  const trouble = useTrouble();
  const { announce } = useTalk();
  const { words } = useLanguage();
  const wasLost = useRef(false);
  const isLost = !isConnectedWith(trouble);
  useEffect(() => {
    if (isLost) announce(words.onlyOnPage.connectionLost);
    else if (wasLost.current) announce(words.onlyOnPage.connectionBack);
    wasLost.current = isLost;
  }, [isLost, announce, words]);
  return <Context value={trouble}>{children}</Context>;
}

/** Returns what to say about the connection. */
export function useToldTrouble(): Trouble | null {
  return useContext(Context);
}

/** Returns whether there is a connection, or it is gone for so short a time that nothing is said. */
export function useIsConnected(): boolean {
  return isConnectedWith(useToldTrouble());
}

function isConnectedWith(trouble: Trouble | null): boolean {
  return trouble === null || trouble === 'busy';
}
