import type { Parley } from 'parley-client';
import { createContext, useContext } from 'react';
import type { StartQuery, UserKind } from '../documents.ts';

/** What every part of the page knows once somebody is signed in. */
export interface Talk {
  parley: Parley;
  viewer: { id: string; displayName: string; kind: UserKind; isAdmin: boolean };
  server: StartQuery['server'];
  /** Says something to screen readers. */
  announce: (text: string, how?: 'polite' | 'assertive') => void;
  signOut: () => void;
}

const Context = createContext<Talk | null>(null);

export const TalkProvider = Context.Provider;

export function useTalk(): Talk {
  const talk = useContext(Context);
  if (!talk) throw new Error('Nobody is signed in.');
  return talk;
}
