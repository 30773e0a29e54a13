import { LRUCache } from 'lru-cache';
import Negotiator from 'negotiator';

/** Returns the first valid BCP 47 tag in its canonical form; `en` if there is none. */
export function preferredLanguage(tags: readonly (string | null)[]): string {
  for (const tag of tags) {
    const canonical = tag && canonicalTag(tag);
    if (canonical) return canonical;
  }
  return 'en';
}

/** Caches the tags that were parsed before: few are in use, and parsing one takes ten microseconds. */
const knownTags = new LRUCache<string, { canonical: string | null }>({ max: 500 });

/** Returns the canonical form of a BCP 47 tag of at most 35 characters; null for any other text. */
export function canonicalTag(tag: string): string | null {
  if (tag.length > 35) return null;
  const known = knownTags.get(tag) ?? { canonical: lookUp(tag) };
  knownTags.set(tag, known);
  return known.canonical;
}

function lookUp(tag: string): string | null {
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? null;
  } catch {
    return null;
  }
}

/** The longest part of a header that is parsed; browsers send about a hundred characters. */
const headerMaxLength = 1024;

/** Returns the language tags of an Accept-Language header, the preferred one first. */
export function acceptedLanguages(header: string | null | undefined): string[] {
  if (!header) return [];
  const headers = { 'accept-language': header.slice(0, headerMaxLength) };
  return new Negotiator({ headers }).languages().filter((tag) => canonicalTag(tag) !== null);
}
