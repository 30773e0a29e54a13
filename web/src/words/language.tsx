import { createContext, useContext } from 'react';
import { en, type Words } from './en.ts';
import { Formats } from './formats.ts';

export interface Language {
  words: Words;
  formats: Formats;
}

/** The languages of the interface, each by its own name. */
export const languages = { en: 'English', es: 'Español', pt: 'Português' } as const;
export type LanguageName = keyof typeof languages;

const Context = createContext<Language>({ words: en, formats: new Formats('en') });

export const LanguageProvider = Context.Provider;

/** Returns the words and formats of the user's language. */
export function useLanguage(): Language {
  return useContext(Context);
}

/** Loads a language. `wanted`: the browser's tags, of which the first in this language decides about dates and numbers. */
export async function loadLanguage(name: LanguageName, wanted: readonly string[] = []): Promise<Language> {
  const tag = wanted.find((one) => one === name || one.startsWith(`${name}-`)) ?? name;
  return { words: await loadWords(name), formats: new Formats(tag) };
}

/** Returns the first language that the browser asks for and we have. */
export function preferredLanguage(wanted: readonly string[]): LanguageName {
  const names = wanted.map((tag) => tag.split('-')[0]?.toLowerCase());
  return (names.find((name) => name !== undefined && name in languages) as LanguageName | undefined) ?? 'en';
}

async function loadWords(name: LanguageName): Promise<Words> {
  if (name === 'es') return (await import('./es.ts')).es;
  if (name === 'pt') return (await import('./pt.ts')).pt;
  return en;
}
