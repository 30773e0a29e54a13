import type { Language } from '../words/language.tsx';
import type { Person } from './person.ts';

/** Returns the name of a room; rooms without one are called after the other members. */
export function nameOfRoom(name: string | null, others: readonly Person[], { words, formats }: Language): string {
  if (name !== null) return name;
  return others.length > 0 ? formats.list(others.map(({ displayName }) => displayName)) : words.onlyOnPage.onlyYou;
}
