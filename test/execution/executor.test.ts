import { describe, expect, test } from '@jest/globals';
import {
  buildSchema,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute as executeByGraphql,
  getOperationAST,
  NoUnusedFragmentsRule,
  NoUnusedVariablesRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { CompiledDocuments } from '../../src/execution/executor/compiled-document.ts';
import { execute } from '../../src/execution/executor/execute.ts';
import { Run } from '../../src/execution/executor/run.ts';
import { type Erratic, erraticSchema } from '../support/erratic-schema.ts';
import { Random } from '../support/random.ts';
import { RandomOperation } from '../support/random-operation.ts';
import { seeds } from '../support/seeds.ts';

const rules = specifiedRules.filter((rule) => rule !== NoUnusedFragmentsRule && rule !== NoUnusedVariablesRule);
const variables = [
  { yes: true },
  { yes: false, no: true, size: 9, weird: 'v' },
  { yes: true, no: null, size: null, must: null, weird: null },
  { yes: false, deep: 8, must: 2 },
  { yes: 'maybe', weird: 'bad' },
];

/** Returns what a client and the resolvers see of an execution. */
async function seen(run: (args: ExecutionArgs) => unknown, args: ExecutionArgs, erratic: Omit<Erratic, 'calls'>) {
  const calls: string[] = [];
  const result = (await run({ ...args, contextValue: { ...erratic, calls } })) as ExecutionResult;
  await new Promise(setImmediate); // what an error has removed from the result is executed too
  return { calls, result: JSON.stringify(result), causes: result.errors?.map((error) => `${error.originalError}`) };
}

test('random operations have the results, errors and resolver calls that they have with graphql-js', async () => {
  const outcomes = { whole: 0, flawed: 0 };
  for (const seed of seeds({ few: 40, many: 1500 })) {
    const random = new Random(seed);
    const document = parse(new RandomOperation(erraticSchema, random).text());
    expect(validate(erraticSchema, document, rules)).toEqual([]);
    for (const variableValues of [...variables, ...variables]) {
      const args = { schema: erraticSchema, document, variableValues };
      const erratic = { seed: random.below(1_000_000), faults: random.of([0, 0.02, 0.1]) };
      const expected = await seen(executeByGraphql, args, erratic);
      expect({ seed, ...(await seen(execute, args, erratic)) }).toEqual({ seed, ...expected });
      outcomes[expected.causes ? 'flawed' : 'whole'] += 1;
    }
  }
  expect(Math.min(outcomes.whole, outcomes.flawed)).toBeGreaterThan(100); // else this proves little
}, 120_000);

const small = buildSchema(`
  type Query { items: [Item!] item: Item }
  type Item { later: String! now: String! item: Item }
  type Mutation { add(count: Int!): Int }
`);

test('rejected promises before an item that fails at once do not end the process', async () => {
  const failing = { later: async () => Promise.reject(new Error('late')), now: 'now' };
  const throwing = {
    later: 'later',
    now: () => {
      throw new Error('at once');
    },
  };
  const document = parse('{ items { later now } }');

  const result = await execute({ schema: small, document, rootValue: { items: [failing, throwing] } });
  await new Promise(setImmediate);

  expect(result.data).toEqual({ items: null });
  expect(result.errors?.map(({ message }) => message)).toEqual(['at once']);
});

test('a mutation with bad variables is not executed', async () => {
  let calls = 0;
  const rootValue = { add: () => (calls += 1) };
  const document = parse('mutation ($count: Int!) { add(count: $count) }');
  const add = async (variableValues: object) =>
    execute({ schema: small, document, rootValue, variableValues: { ...variableValues } });

  expect((await add({ count: 'many' })).errors?.[0]?.message).toContain('Int cannot represent non-integer value');
  expect(calls).toBe(0);
  expect(await add({ count: 2 })).toEqual({ data: { add: 1 } });
});

describe('what is compiled of a document', () => {
  const rootValue = { item: { now: 'now', item: { now: 'later' } } };

  /** Executes `{ item { now item { now } } }`, which has four fields, with what is compiled of it. */
  function executeWith(documents: CompiledDocuments, document: DocumentNode) {
    const executable = documents.of(small, document);
    const operation = getOperationAST(document)!;
    const run = new Run(executable, { operation, variableValues: {}, rootValue, contextValue: null });
    expect(executable.rootOf(run, small.getQueryType()!).execute(run, rootValue, undefined)).toEqual(rootValue);
    return executable;
  }

  test('is kept for the next execution', () => {
    const document = parse('{ item { now item { now } } }');
    const documents = new CompiledDocuments();

    expect(executeWith(documents, document)).toBe(executeWith(documents, document));
  });

  test('is dropped once the documents have too many fields together', () => {
    const [first, ...others] = Array.from({ length: 5 }, () => parse('{ item { now item { now } } }'));
    const documents = new CompiledDocuments(19);

    const compiled = executeWith(documents, first!);
    for (const document of others) executeWith(documents, document);

    expect(executeWith(documents, first!)).not.toBe(compiled);
  });
});
