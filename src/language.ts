import { LRUCache } from 'lru-cache';

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

/** Language tags of an Accept-Language header, best first. */
export function acceptedLanguages(header: string | null | undefined): string[] {
  const weighed = (header ?? '').split(',').map((item) => {
    const [tag = '', quality] = item.trim().split(/\s*;\s*q=/);
    return { tag, weight: quality === undefined ? 1 : Number(quality) };
  });
  return weighed
    .filter(({ tag, weight }) => tag !== '*' && weight > 0 && canonicalTag(tag))
    .sort((a, b) => b.weight - a.weight)
    .map(({ tag }) => tag);
}
