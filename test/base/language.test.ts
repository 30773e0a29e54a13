import { describe, expect, test } from '@jest/globals';
import { acceptedLanguages, canonicalTag, preferredLanguage } from '../../src/base/language.ts';

describe('preferredLanguage', () => {
  test.each([
    [['es', 'pt'], 'es'],
    [[null, 'pt-br'], 'pt-BR'],
    [['no such thing', 'ja'], 'ja'],
    [[null, null], 'en'],
    [[], 'en'],
  ])('of %j it is %s', (tags, language) => {
    expect(preferredLanguage(tags)).toBe(language);
  });
});

describe('canonicalTag', () => {
  test.each([
    ['EN-us', 'en-US'],
    ['zh-hant-tw', 'zh-Hant-TW'],
    ['iw', 'he'],
  ])('of %s is %s', (tag, canonical) => {
    expect(canonicalTag(tag)).toBe(canonical);
  });

  test.each(['', '*', 'e', 'en_US', 'en\0', 'english language', `en-x-${'abcdefgh-'.repeat(9)}a`])(
    '%j is none',
    (tag) => {
      expect(canonicalTag(tag)).toBeNull();
    },
  );
});

describe('acceptedLanguages', () => {
  test.each([
    ['de-CH, de;q=0.9, en;q=0.8', ['de-CH', 'de', 'en']],
    ['en;q=0.1, fr ; q=0.5, es', ['es', 'fr', 'en']],
    ['es, *;q=0.5', ['es']],
    ['es;q=0, pt', ['pt']],
    ['es;q=nonsense, pt', ['pt']],
    [',,;q=1,pt', ['pt']],
    ['', []],
    [null, []],
    [undefined, []],
    [`pt,${' '.repeat(1100)}es`, ['pt']], // no client needs that many
    [`x${' '.repeat(15_000)}y`, []],
  ])('of %j are %j', (header, languages) => {
    expect(acceptedLanguages(header)).toEqual(languages);
  });
});
