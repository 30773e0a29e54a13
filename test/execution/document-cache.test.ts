import { expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { documentCache } from '../../src/execution/document-cache.ts';

/** Texts like those of an attack: short where they mean something, each of them another. */
const textOf = (index: number, comment: string) => `{ server { version } } # ${index} ${comment}`;

test('documents are bounded by memory, not by their number', () => {
  const { documents } = documentCache();
  for (let index = 0; index < 300; index += 1) {
    const text = textOf(index, 'x'.repeat(200_000));
    documents.set(text, parse(text));
  }

  expect(documents.size).toBeGreaterThan(1);
  expect(documents.size * 400_000).toBeLessThanOrEqual(48 * 1024 * 1024);
});

test('a document of few letters and many tokens counts by its tokens', () => {
  const { documents } = documentCache();
  const dense = `{ ${'a '.repeat(1900)} }`;
  const sparse = `{ a } # ${'x'.repeat(dense.length)}`;
  documents.set(dense, parse(dense));
  const dense1 = documents.calculatedSize;
  documents.set(sparse, parse(sparse));

  expect(dense1).toBeGreaterThan(3_000_000); // with its plan
  expect(documents.calculatedSize - dense1).toBeLessThan(20_000);
});

test('an entry that is too large for its part is not cached: long comments, errors of large documents', () => {
  const { documents, errors } = documentCache();
  const lines = `{ a }${'#\n'.repeat(120_000)}`;
  documents.set(lines, parse(lines));
  errors.set('x'.repeat(200_000), new Error('no GraphQL'));
  errors.set('x', new Error('no GraphQL'));

  expect(documents.size).toBe(0);
  expect([...errors.keys()]).toEqual(['x']);
});

test('thousands of documents of the size that applications have are kept together', () => {
  const { documents } = documentCache();
  const text = (index: number) =>
    `query Page${index}($id: ID!) { room(id: $id) { messages(last: 20) { nodes { id text } } } }`;
  for (let index = 0; index < 1500; index += 1) documents.set(text(index), parse(text(index)));

  expect(documents.has(text(0))).toBe(true);
});
