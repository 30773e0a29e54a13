import { expect, test } from '@jest/globals';
import { buildSchema, type ExecutionResult, execute, type GraphQLError, parse, validate } from 'graphql';
import { executePlanned } from '../../src/executor/execute.ts';
import { randomOperation, randomSchema } from '../support/random-schema.ts';
import { seeds } from '../support/seeds.ts';

/** What graphql-js makes of the random operation of a seed, and what plans do: one that is made now, and one that is there. */
async function executedBoth(seed: number, { arePromised }: { arePromised: boolean }) {
  const schema = randomSchema(seed, { arePromised });
  const document = randomOperation(schema, seed);
  expect(validate(schema, document)).toEqual([]);
  // Without promises: it leaves some behind that reject, which ends a process.
  const expected = (await execute({ schema: randomSchema(seed, { arePromised: false }), document })) as ExecutionResult;
  return [expected, await executePlanned({ schema, document }), await executePlanned({ schema, document })] as const;
}

/** What is said about resolvers that return something wrong is in words of our own. */
const inOtherWords =
  /"message": "(Abstract type|Expected value of type|Expected `?\\w+.serialize|\\w+.serialize)[^\n]*/g;

const written = ({ data, errors }: ExecutionResult) =>
  JSON.stringify({ data, errors }, null, 1).replaceAll(inOtherWords, '$1');

test.each(seeds({ few: 60, many: 2000 }))('seed %i: results are those of graphql-js', async (seed) => {
  const [expected, ...planned] = await executedBoth(seed, { arePromised: false });

  expect(planned.map(written)).toEqual([written(expected), written(expected)]);
});

/** Where data are null because of errors. Which one of several is reported there depends on who is first. */
function nullsOf({ data, errors = [] }: ExecutionResult): string[] {
  const nullOf = ({ path = [] }: GraphQLError) => {
    const depth = path.findIndex((_key, index) => valueAt(data, path.slice(0, index)) === null);
    return path.slice(0, depth < 0 ? path.length : depth).join('.');
  };
  return [...new Set(errors.map(nullOf))].sort();
}

const valueAt = (data: unknown, path: readonly (string | number)[]) =>
  path.reduce((value, key) => (value as Record<string, unknown> | null)?.[key], data);

test.each(seeds({ few: 60, many: 2000 }))('seed %i: also with promises', async (seed) => {
  const [expected, ...planned] = await executedBoth(seed, { arePromised: true });

  for (const result of planned) {
    expect(written({ data: result.data! })).toBe(written({ data: expected.data! }));
    expect(nullsOf(result)).toEqual(nullsOf(expected));
  }
});

const schema = buildSchema(`
  input Filter { first: Int = 3, of: [String!] }
  type Query { echo(text: String = "a", filter: Filter): String items: [Query!] failing: String! lists: [[String!]!] }
  type Subscription { echo: String }
`);

const both = async (text: string, variableValues: Record<string, unknown> = {}, rootValue: object = root) => {
  const args = { schema, document: parse(text), variableValues, rootValue, operationName: null };
  return [await executePlanned(args), await execute(args)].map((result) => written(result as ExecutionResult));
};

const root: object = {
  echo: (args: object, _context: unknown, { fieldName }: { fieldName: string }) => JSON.stringify([fieldName, args]),
  items: () => [root, root],
};

test.each<[string, string, Record<string, unknown>]>([
  ['defaults of arguments', '{ echo items { echo } }', {}],
  ['literals', '{ echo(text: "b", filter: { of: ["c"] }) }', {}],
  ['variables', 'query($f: Filter, $t: String) { items { echo(text: $t, filter: $f) } }', { f: { first: 1 } }],
  ['null', 'query($t: String) { echo(text: $t) }', { t: null }],
  ['a wrong variable', 'query($f: Filter) { echo(filter: $f) }', { f: { first: 'x' } }],
  ['a key that every object has', '{ __proto__: echo items { __proto__: __typename constructor: echo } }', {}],
  ['@include and @skip', 'query($s: Boolean!) { echo @skip(if: $s) items @include(if: true) { echo } }', { s: true }],
  ['introspection', '{ __schema { queryType { name } } __type(name: "Filter") { inputFields { name } } }', {}],
  ['an operation without a name beside another', '{ echo } query Other { echo }', {}],
  ['a subscription, for one value', 'subscription { echo }', {}],
  ['no mutations in the schema', 'mutation { __typename }', {}],
])('the result is that of graphql-js with %s', async (_what, text, variables) => {
  const [planned, expected] = await both(text, variables);

  expect(planned).toBe(expected);
});

test('promises that reject after the error of another field are waited for', async () => {
  const late = async () => Promise.reject(new Error('late'));
  const failing = () => {
    throw new Error('first');
  };
  const rootValue = { items: [{ echo: late, failing }], lists: () => [[late(), new Error('first')]] };

  const args = { schema, document: parse('{ items { echo failing } lists }'), rootValue };
  const { data, errors } = await executePlanned(args);

  expect(data).toEqual({ items: null, lists: null }); // and no rejection is left, which would end the process
  expect(errors?.map(({ message }) => message)).toContain('first');
});

test('fragments that are used again and again have the results of graphql-js', async () => {
  const names = Array.from({ length: 5 }, (_, index) => `F${index}`);
  const fragments = names.map(
    (name, index) =>
      `fragment ${name} on Query { ${['a', 'b'].map((key) => `${key}: items { echo ...${names[index + 1] ?? 'End'} }`).join(' ')} }`,
  );
  const [planned, expected] = await both(`{ ...F0 } fragment End on Query { echo } ${fragments.join(' ')}`);

  expect(planned).toBe(expected);
});
