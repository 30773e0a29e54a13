import { plain } from '../words/plain.ts';

/** Returns a name in three pieces: before the part that matches a query, the part itself, and after it. */
export function matchOf(name: string, query: string): [string, string, string] {
  const wanted = plain(query.trim());
  if (wanted === '') return [name, '', ''];
  const letters = [...name];
  const places = letters.flatMap((letter, index) => [...plain(letter)].map(() => index));
  const at = plain(name).indexOf(wanted);
  if (at < 0 || places.length !== [...plain(name)].length) return [name, '', ''];
  const start = places[[...plain(name).slice(0, at)].length]!;
  const end = places[[...plain(name).slice(0, at + wanted.length)].length - 1]! + 1;
  return [letters.slice(0, start).join(''), letters.slice(start, end).join(''), letters.slice(end).join('')];
}
