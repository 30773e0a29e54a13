import { beforeEach, expect, test } from '@jest/globals';
import { buildSchema, parse, validate } from 'graphql';
import { type DocumentCache, documentCache } from '../../src/execution/document-cache.ts';
import { type Preparation, preparation } from '../../src/execution/preparation.ts';

const schema = buildSchema('type Query { a: Int }');

let cache: DocumentCache;
let validations: number;
let prepare: Preparation;
beforeEach(() => {
  cache = documentCache();
  validations = 0;
  const enveloped = () => ({
    schema,
    // As Yoga does with the cache that it is given.
    parse: (text: string) => {
      const document = cache.documents.get(text) ?? parse(text);
      cache.documents.set(text, document);
      return document;
    },
    validate: (...args: Parameters<typeof validate>) => {
      validations += 1;
      return validate(...args);
    },
  });
  prepare = preparation(enveloped, cache);
});

test('the same text again is the same document, and is validated once', () => {
  const first = prepare('{ a }');

  expect(prepare('{ a }')).toBe(first);
  expect(first).toMatchObject({ schema });
  expect(validations).toBe(1);
});

test('errors in a document are returned, and not kept', () => {
  const errors = [{ message: 'Cannot query field "b" on type "Query". Did you mean "a"?' }];
  for (let times = 0; times < 2; times += 1) expect(prepare('{ b }')).toMatchObject({ errors });

  expect(validations).toBe(2);
});

test('the caller learns whether a text must be parsed', () => {
  let works = 0;
  const note = () => {
    works += 1;
  };

  for (const text of ['{ a }', '{ a }', '{ b }']) prepare(text, note);

  expect(works).toBe(2);
});

test('a text that is not GraphQL results in errors, and throws nothing', () => {
  expect(prepare('{')).toMatchObject({ errors: [{ message: expect.stringContaining('Syntax Error') }] });
});

test('a text that the cache has dropped is prepared again', () => {
  prepare('{ a }');
  cache.documents.clear();

  expect(prepare('{ a }')).toMatchObject({ schema });
  expect(validations).toBe(2);
});
