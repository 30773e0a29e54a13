import { LRUCache } from 'lru-cache';
import Negotiator from 'negotiator';

/** The first of these that is a BCP 47 tag, in its canonical form; English without one. */
export function preferredLanguage(tags: readonly (string | null)[]): string {
  for (const tag of tags) {
    const canonical = tag && canonicalTag(tag);
    if (canonical) return canonical;
  }
  return 'en';
}

/** Tags that were looked at before: few are in use, and each look costs ten microseconds. */
const knownTags = new LRUCache<string, { canonical: string | null }>({ max: 500 });

/** Canonical form of a BCP 47 tag of at most 35 characters; null for anything else. */
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

/** Characters of a header that are looked at: browsers send about a hundred. */
const headerMaxLength = 1024;

/** Language tags of an Accept-Language header, best first. */
export function acceptedLanguages(header: string | null | undefined): string[] {
  const headers = { 'accept-language': (header ?? '').slice(0, headerMaxLength) };
  return new Negotiator({ headers }).languages().filter((tag) => canonicalTag(tag) !== null);
}
