import { createContext, useContext } from 'react';
import type { LanguageName } from '../words/language.tsx';

type Choice = readonly [LanguageName, (name: LanguageName) => void];

const Context = createContext<Choice>(['en', () => {}]);

export const LanguageChoice = Context.Provider;

/** Returns the name of the page's language, and a function that chooses another. */
export function useLanguageChoice(): Choice {
  return useContext(Context);
}
