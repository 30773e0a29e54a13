import type { LanguageName } from '../words/language.tsx';
import { plain } from '../words/plain.ts';

export interface NamedEmoji {
  emoji: string;
  name: string;
  /** The name and other words that lead to it, without capitals and accents. */
  search: string;
}

/** Emoji by their group: the number is that of the words' `emoji.groups`. */
export interface EmojiGroup {
  group: number;
  emoji: NamedEmoji[];
}

const files = {
  en: () => import('./names-en.txt?raw'),
  es: () => import('./names-es.txt?raw'),
  pt: () => import('./names-pt.txt?raw'),
};

/** Loads all emoji with their names in a language. They are those of CLDR, by way of emojibase-data 17 (MIT licence). */
export async function loadEmoji(language: LanguageName): Promise<EmojiGroup[]> {
  return parseEmoji((await files[language]()).default);
}

/** Reads lines of `emoji, name, words`, below lines such as `# 0` with the number of a group. */
function parseEmoji(text: string): EmojiGroup[] {
  const groups: EmojiGroup[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('# ')) groups.push({ group: Number(line.slice(2)), emoji: [] });
    else if (line !== '') groups.at(-1)?.emoji.push(named(line));
  }
  return groups;
}

function named(line: string): NamedEmoji {
  const [emoji = '', name = '', tags = ''] = line.split('\t');
  return { emoji, name, search: plain(`${name} ${tags}`) };
}

/** Returns the emoji that have a word which begins with the query; those whose name does come first. */
export function findEmoji(groups: readonly EmojiGroup[], query: string): NamedEmoji[] {
  const wanted = plain(query.trim());
  const all = groups.flatMap(({ emoji }) => emoji);
  const starts = all.filter(({ search }) => search.startsWith(wanted));
  const others = all.filter(({ search }) => !search.startsWith(wanted) && search.includes(` ${wanted}`));
  return [...starts, ...others];
}
