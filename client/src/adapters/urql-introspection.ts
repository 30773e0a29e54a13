import type { CacheExchangeOpts } from '@urql/exchange-graphcache';
import { possibleTypes } from './possible-types.ts';
import { outline } from './urql-schema-outline.ts';

const roots = new Set(['Query', 'Mutation', 'Subscription']);

const types = () =>
  outline.split('\n').map((line) => {
    const [name = '', ...fields] = line.split(' ');
    return { name, fields };
  });

/** Returns the names of the types whose objects are part of the object that contains them. */
export function typesWithoutId(): string[] {
  return types().flatMap(({ name, fields }) => (fields.includes('id') || roots.has(name) ? [] : [name]));
}

/** Returns as much of the schema as Graphcache reads: which fields exist, may be null, or are lists. */
export function introspection(): NonNullable<CacheExchangeOpts['schema']> {
  const interfaces = Object.entries(possibleTypes);
  const objects = types().map(({ name, fields }) => ({
    kind: 'OBJECT',
    name,
    fields: fields.map(fieldOf),
    interfaces: interfaces.flatMap(([of, members]) =>
      members.includes(name) ? [{ kind: 'INTERFACE', name: of }] : [],
    ),
  }));
  const abstract = interfaces.map(([name]) => ({ kind: 'INTERFACE', name, fields: [], interfaces: [] }));
  const [queryType, mutationType, subscriptionType] = [...roots].map((name) => ({ name, kind: 'OBJECT' as const }));
  return { __schema: { queryType, mutationType, subscriptionType, types: [...objects, ...abstract] } } as never;
}

function fieldOf(text: string) {
  const name = /\w+/.exec(text)![0];
  const item = { kind: 'NON_NULL', ofType: { kind: 'SCALAR', name: 'Any' } };
  const inner = text.includes('*') ? { kind: 'LIST', ofType: item } : item.ofType;
  return { name, args: [], type: text.endsWith('?') ? inner : { kind: 'NON_NULL', ofType: inner } };
}
