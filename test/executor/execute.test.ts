import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import {
  buildSchema,
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLResolveInfo,
  type OperationDefinitionNode,
  parse,
  responsePathAsArray,
  type SelectionNode,
  validate,
  visit,
} from 'graphql';
import { executePlanned } from '../../src/executor/execute.ts';
import { Random } from '../support/random.ts';
import { randomOperation, randomSchema } from '../support/random-schema.ts';
import { seeds } from '../support/seeds.ts';

/** What graphql-js makes of the random operation of a seed, and what plans do: a new one and a cached one. */
async function executedBoth(seed: number, { arePromised }: { arePromised: boolean }) {
  const schema = randomSchema(seed, { arePromised });
  const document = seed % 2 ? randomOperation(schema, seed) : withConditions(randomOperation(schema, seed), seed);
  expect(validate(schema, document)).toEqual([]);
  // Without promises: graphql-js leaves some behind that reject, which ends a process.
  const expected = (await execute({ schema: randomSchema(seed, { arePromised: false }), document })) as ExecutionResult;
  return [expected, await executePlanned({ schema, document }), await executePlanned({ schema, document })] as const;
}

const conditions = ['@include(if: true)', '@skip(if: false)', '@skip(if: true)', '@skip(if: true) @include(if: true)'];

/** Adds `@skip` and `@include` to selections at random. */
function withConditions(document: DocumentNode, seed: number): DocumentNode {
  const random = new Random(seed);
  const add = <Node extends SelectionNode>(node: Node): Node | undefined => {
    if (random.isTrue(0.7)) return undefined;
    const { selectionSet } = parse(`{ a ${random.of(conditions)} }`).definitions[0] as OperationDefinitionNode;
    return { ...node, directives: selectionSet.selections[0]!.directives };
  };
  return visit(document, { Field: add, InlineFragment: add });
}

/** Messages about wrong return values differ from those of graphql-js. */
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
  [
    'both on one field',
    '{ echo @skip(if: false) @include(if: true) a: echo @skip(if: true) @include(if: true) items @include(if: false) { echo } }',
    {},
  ],
  [
    '@include on fragments',
    'query($s: Boolean!) { ...F @skip(if: $s) ...F items { ... @include(if: $s) { ...F } ... on Query @skip(if: $s) { echo } } } fragment F on Query { f: echo }',
    { s: true },
  ],
  ['nothing included', '{ items { echo @skip(if: true) } }', {}],
  ['no value for a condition', 'query($s: Boolean = true) { items { echo @skip(if: $s) } }', { s: null }],
  [
    'no value for a condition at the root',
    'query($s: Boolean = true) { echo items @skip(if: $s) { echo } }',
    { s: null },
  ],
  ['introspection', '{ __schema { queryType { name } } __type(name: "Filter") { inputFields { name } } }', {}],
  ['an operation without a name beside another', '{ echo } query Other { echo }', {}],
  ['a subscription, for one value', 'subscription { echo }', {}],
  ['no mutations in the schema', 'mutation { __typename }', {}],
])('the result is that of graphql-js with %s', async (_what, text, variables) => {
  const [planned, expected] = await both(text, variables);

  expect(planned).toBe(expected);
});

test.each<[string, Record<string, unknown>[]]>([
  [
    'query($t: String, $n: Int) { echo(text: $t) items { echo(filter: { first: $n }) } }',
    [{ t: 'one', n: 1 }, { t: 'two' }, { n: 3 }, { t: null, n: null }],
  ],
  [
    'query($s: Boolean!) { echo @skip(if: $s) items @include(if: $s) { echo } }',
    [{ s: true }, { s: false }, { s: true }],
  ],
])('%s is executed with other variables each time', async (text, values) => {
  const document = parse(text);
  for (const variableValues of values) {
    const args = { schema, document, variableValues, rootValue: root };
    expect(written(await executePlanned(args))).toBe(written((await execute(args)) as ExecutionResult));
  }
});

test('an argument that is wrong for its variable is an error, also if no resolver reads it', async () => {
  const strict = buildSchema('type Query { plain(x: Int! = 3): Int }');
  const document = parse('query($x: Int) { plain(x: $x) }');
  const args = { schema: strict, document, variableValues: { x: null }, rootValue: { plain: 1 } };

  expect(written(await executePlanned(args))).toBe(written((await execute(args)) as ExecutionResult));
  expect((await executePlanned(args)).errors).toHaveLength(1);
});

test('the fields of a mutation are executed one after the other', async () => {
  const steps = buildSchema('type Query { a: Int } type Mutation { a: Int b: Int c: Int }');
  const log: string[] = [];
  const step = (name: string) => async () => {
    log.push(`${name} begins`);
    await nextTurn();
    log.push(`${name} ends`);
    if (name === 'b') throw new Error(name);
  };

  const document = parse('mutation { a b c }');
  await executePlanned({ schema: steps, document, rootValue: { a: step('a'), b: step('b'), c: step('c') } });

  expect(log).toEqual(['a', 'b', 'c'].flatMap((name) => [`${name} begins`, `${name} ends`]));
});

test('resolvers get the context, and the information that graphql-js gives', async () => {
  const got: unknown[][] = [];
  const note = (args: object, context: unknown, info: GraphQLResolveInfo) => {
    const { fieldName, fieldNodes, returnType, parentType, path } = info;
    const { fragments, rootValue, operation, variableValues, schema: given } = info;
    const ofField = [fieldName, fieldNodes, String(returnType), String(parentType), responsePathAsArray(path)];
    got.push([args, context, ...ofField, { ...fragments }, rootValue, operation, { ...variableValues }, given]);
  };
  const document = parse('query Q($t: String) { items { ...E } } fragment E on Query { said: echo(text: $t) }');
  const rootValue = { items: [{ echo: note }, { echo: note }] };
  const args = { schema, document, rootValue, variableValues: { t: 'x' }, contextValue: { isContext: true } };

  await executePlanned(args);
  await execute(args);

  expect(got).toHaveLength(4);
  expect(got.slice(0, 2)).toEqual(got.slice(2));
});

/** Executes an operation; returns what identifies the plan of its document. */
async function planOf(document: DocumentNode, operationName?: string): Promise<unknown> {
  const plans = new Set<unknown>();
  const echo = (_args: object, _context: unknown, { fragments }: GraphQLResolveInfo) => void plans.add(fragments);
  await executePlanned({ schema, document, rootValue: { echo, items: [{ echo }] }, operationName });
  expect(plans.size).toBe(1);
  return [...plans][0];
}

test('a plan is kept, unless it is too large for its document', async () => {
  const plain = parse('{ echo items { echo items { echo } } }');
  const names = Array.from({ length: 20 }, (_, index) => `Q${index}`);
  const operations = names.map((name) => `query ${name} { echo ...F }`).join(' ');
  const shared = parse(`${operations} fragment F on Query { ${names.map((name) => `${name}: echo`).join(' ')} }`);

  const kept = await planOf(shared, names[0]);
  const others: unknown[] = [];
  for (const name of names.slice(1)) others.push(await planOf(shared, name));

  expect(await planOf(plain)).toBe(await planOf(plain));
  expect(others[0]).toBe(kept);
  expect(others.filter((plan) => plan === kept).length).toBeLessThanOrEqual(5); // 80 fields of 40, 21 in each operation
  expect(await planOf(shared, names[0])).not.toBe(await planOf(shared, names[0]));
});

test.each([
  ['beside a field', '{ items { failing echo } }'],
  ['beside an object', '{ items { failing items { echo } } }'],
  ['beside a list', '{ items { failing lists } }'],
  ['in another item of a list', '{ lists }'],
  ['beside all data', '{ failing echo }'],
  ['below another error', '{ items { failing items { failing echo } } }'],
  ['with @include', '{ items { failing echo @include(if: true) } }'],
])('no resolver is at work after the result with an error: %s', async (_where, text) => {
  let atWork = 0;
  const slow = async () => {
    atWork += 1;
    for (let turn = 0; turn < 5; turn += 1) await nextTurn();
    atWork -= 1;
    return 'late';
  };
  const failing = async () => {
    await nextTurn();
    expect(atWork).toBeGreaterThan(0); // else this proves nothing
    throw new Error('first');
  };
  const item: object = { echo: slow, failing, lists: () => [[slow(), slow()]], items: () => slow().then(() => [item]) };
  const rootValue = { ...item, items: [{ ...item, items: [item] }], lists: () => [[slow(), failing()], [slow()]] };

  const { errors } = await executePlanned({ schema, document: parse(text), rootValue });

  expect(errors?.[0]?.message).toBe('first');
  expect(atWork).toBe(0);
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
  const args = {
    schema,
    document: parse(`{ ...F0 } fragment End on Query { echo } ${fragments.join(' ')}`),
    rootValue: root,
  };
  const expected = written((await execute(args)) as ExecutionResult);

  expect(written(await executePlanned(args))).toBe(expected);
  expect(written(await executePlanned(args))).toBe(expected); // planned again, as the plan is too large
});
