import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  type GraphQLField,
  type GraphQLNamedType,
  getIntrospectionQuery,
  getNamedType,
  getNullableType,
  isIntrospectionType,
  isListType,
  isObjectType,
  Kind,
  parse,
  validate,
} from 'graphql';
import { limits } from '../../src/base/limits.ts';
import { costOf } from '../../src/execution/cost.ts';
import { schema } from '../../src/schema.ts';
import { tour } from '../../src/transport/graphiql-tour.ts';

function cost(query: string, variableValues: Record<string, unknown> = {}, operationName?: string) {
  const document = parse(query);
  expect(validate(schema, document)).toEqual([]);
  return costOf({ schema, document, variableValues, operationName });
}
const fields = (query: string, variables?: Record<string, unknown>) => cost(query, variables).fields;

describe('every list has a declared size', () => {
  type Field = GraphQLField<unknown, unknown>;
  const own = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type) && !isIntrospectionType(type));
  const all = own.flatMap((type) =>
    isObjectType(type) ? Object.values(type.getFields()).map((field): [GraphQLNamedType, Field] => [type, field]) : [],
  );
  const sizeOf = ({ extensions: { complexity } }: Field) =>
    typeof complexity === 'function' ? 'asked for' : (complexity as { multiplier?: number }).multiplier;
  const lists = all.filter(([, { type }]) => isListType(getNullableType(type)));
  const isSized = (size: ReturnType<typeof sizeOf>) => size === 'asked for' || Number.isFinite(size);

  test('of its own, or that of the connection that contains it', () => {
    const unsized = lists.filter(([owner, field]) => {
      if (isSized(sizeOf(field))) return false;
      const holders = all.filter(([, { type }]) => getNamedType(type) === owner);
      return holders.length === 0 || !holders.every(([, holder]) => isSized(sizeOf(holder)));
    });

    expect(lists.length).toBeGreaterThan(20); // else this proves nothing
    expect(unsized.map(([owner, field]) => `${owner.name}.${field.name}`)).toEqual([]);
  });

  test('and every selected field is counted', () => {
    const nodes = (args: string) => fields(`{ rooms${args} { nodes { id } } }`);
    const page = nodes('(first: 0)');

    expect(nodes('(first: 100)') - page).toBe(100);
    expect(nodes('(last: 7)') - page).toBe(7);
    expect(nodes('') - page).toBe(20);
    expect(nodes('(first: 2147483647)') - page).toBe(100);
    expect(nodes('(first: -2147483648)')).toBe(page);
  });
});

describe('an operation costs', () => {
  const reactions = 'reactionGroups { emoji count viewerHasReacted }';
  const page = (inner: string) => `... on Room { messages(last: 100) { nodes { ${inner} } } }`;

  test('as much for ids that are the same as for others', () => {
    const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { ${page(reactions)} } }`;

    expect(fields(query, { ids: Array(99).fill('x') })).toBe(
      1 + 99 * (41 + 100 * (1 + 50 * 3)), // what each room, page and reaction is counted for
    );
    expect(cost(query, { ids: ['x'] })).toEqual({ fields: 1 + 41 + 100 * (1 + 50 * 3), isConstant: false });
  });

  test('the same in fragments, however often and in any order they are spread', () => {
    const plain = fields(`{ node(id: "x") { ${page('id sequence')} } }`);

    expect(
      fields(`{ node(id: "x") { ...A } } fragment A on Room { ${page('...B')} } fragment B on Message { id sequence }`),
    ).toBe(plain);
    expect(fields(`fragment B on Message { id sequence } { node(id: "x") { ... { ${page('... { ...B }')} } } }`)).toBe(
      plain,
    );
    expect(fields(`{ node(id: "x") { ${page('...B ...B')} } } fragment B on Message { id sequence }`)).toBeGreaterThan(
      plain,
    );
  });

  test('twice as much at each level of fragments that are spread twice, and is counted at once', () => {
    const levels = Array.from({ length: 60 }, (_, n) => `fragment F${n} on Server { ...F${n + 1} ...F${n + 1} }`);

    const query = `{ server { ...F0 } } ${levels.join(' ')} fragment F60 on Server { version }`;

    expect(fields(query)).toBeGreaterThan(2 ** 59);
  });

  test('as much as the most expensive of its possible types', () => {
    const node = (selection: string) => fields(`{ node(id: "x") { ${selection} } }`);

    expect(node(`id ... on User { username } ${page(reactions)}`)).toBe(node(`id ${page(reactions)}`));
  });

  test('more for each long name in the result', () => {
    const named = (alias: string) => fields(`{ rooms(first: 100) { nodes { ${alias}: id } } }`);

    expect(named('a'.repeat(32))).toBe(named('a'));
    expect(named('a'.repeat(320)) - named('a')).toBe(900);
    expect(named('a'.repeat(100_000))).toBeGreaterThan(limits.cost);
  });

  test('as much with @skip and @include as without', () => {
    const shown = fields('{ rooms(first: 100) { nodes { id } } }');

    expect(fields('query ($no: Boolean = false) { rooms(first: 100) @include(if: $no) { nodes { id } } }')).toBe(shown);
  });

  test('as much as the one of its operations that is run', () => {
    const document = 'query A { server { version } } query B { rooms(first: 100) { nodes { id } } }';

    expect(cost(document, {}, 'A').fields).toBe(2);
    expect(cost(document, {}, 'B').fields).toBeGreaterThan(100);
  });

  test('the same with other variables, unless these are sizes, in any argument', () => {
    const isConstant = (query: string, variables = {}) => cost(query, variables).isConstant;

    expect(isConstant('query ($q: String) { users(query: $q, first: 1) { nodes { id } } }')).toBe(false);
    expect(isConstant('query ($n: Int) { rooms(first: $n) { nodes { id } } }')).toBe(false);
    expect(
      isConstant('query ($id: ID!) { room(id: $id) { presence { present(first: 3) { status } } } }', { id: '' }),
    ).toBe(true);
    expect(isConstant('query ($n: Int) { room(id: "") { presence { present(first: $n) { status } } } }')).toBe(false);
    expect(isConstant('subscription ($ids: [ID!]!) { presenceChanged(roomIds: $ids) { roomId } }', { ids: [] })).toBe(
      true,
    );
    const type = 'query ($name: String!) { __type(name: $name) { fields { ...F } } } fragment F on __Field { name }';
    expect(isConstant(type, { name: 'Room' })).toBe(false);
    const send = 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { isReplay } }';
    expect(isConstant(send, { input: { roomId: '', text: '' } })).toBe(true);
  });

  test('for the page around a message as much as for another page of that size', () => {
    const room = (list: string) => fields(`{ room(id: "x") { ${list} { nodes { id text } } } }`);

    expect(room('messagesAround(sequence: 1)')).toBe(room('messages(last: 51)'));
    expect(room('messagesAround(sequence: 1, before: 9, after: 0)')).toBe(room('messages(last: 10)'));
    expect(room('messagesAround(sequence: 1, before: 2147483647)')).toBe(room('messages(last: 100)'));
    expect(room('messagesAround(sequence: 1, before: -2147483648)')).toBe(room('messages(last: 0)'));
  });

  test('more for the inbox in the order of activity, and more with a filter', () => {
    const list = (args: string) => fields(`{ viewer { memberships${args} { nodes { id } } } }`);
    const plain = list('');

    expect(list('(orderBy: JOINED)')).toBe(plain);
    expect(list('(orderBy: ACTIVITY)') - plain).toBe(500);
    expect(list('(filter: { kinds: [GROUP] })') - plain).toBe(500);
    expect(list('(filter: { query: "x" })') - plain).toBe(1500);
    expect(list('(orderBy: ACTIVITY, filter: {})') - plain).toBe(1000);
    expect(list('(orderBy: ACTIVITY, first: 100)') - list('(orderBy: ACTIVITY)')).toBe(80);
  });

  test('something for each user that a mutation names', () => {
    const add = 'mutation ($input: AddMembersInput!) { addMembers(input: $input) { userErrors { code } } }';
    const adding = (count: number) => fields(add, { input: { roomId: '', userIds: Array(count).fill('') } });

    expect(adding(100) - adding(0)).toBe(2000);
    expect(adding(1000)).toBe(adding(100));
  });
});

describe('introspection', () => {
  const choices = [
    'descriptions',
    'specifiedByUrl',
    'directiveIsRepeatable',
    'schemaDescription',
    'inputValueDeprecation',
    'oneOf',
  ];
  const options = (isOn: boolean) => Object.fromEntries(choices.map((name) => [name, isOn]));

  test.each([
    ['nothing but the types', options(false)],
    ['what is usual', {}],
    ['everything', options(true)],
    ['types as deep as they may be', { ...options(true), typeDepth: 20 }],
  ])('is affordable once, with %s', (_what, given) => {
    const asked = fields(getIntrospectionQuery(given));

    expect(asked).toBeGreaterThan(1000); // else this proves nothing
    expect(asked).toBeLessThan(limits.cost / 4);
  });

  test('costs as much as it returns of the actual schema', () => {
    const names = Object.keys(schema.getTypeMap()).length;

    const type = '__type(name: "CappedCount")';

    expect(fields('{ __schema { types { kind } } }')).toBe(2 + names);
    expect(fields(`{ ${type} { fields { name } } }`)).toBe(2 + 2);
    expect(fields('query ($name: String!) { __type(name: $name) { fields { name } } }', { name: 'None' })).toBe(1);
    expect(fields(`{ ${type} { ...F } } fragment F on __Type { fields { name } }`)).toBe(2 + 2);
  });

  test('that is repeated many times is not affordable', () => {
    const [, types] = /__schema \{(.*)\}\s*\}\s*fragment FullType/s.exec(getIntrospectionQuery()) ?? [];
    const fragments = getIntrospectionQuery().slice(getIntrospectionQuery().indexOf('fragment FullType'));
    const aliases = Array.from({ length: 30 }, (_, n) => `s${n}: __schema { ${types} }`);

    expect(fields(`{ ${aliases.join(' ')} } ${fragments}`)).toBeGreaterThan(limits.cost);
  });

  test('that follows circles in the schema is not affordable, or not valid', () => {
    const round = (levels: number): string => (levels > 0 ? `fields { type { ${round(levels - 1)} } }` : 'name');
    const args = (levels: number): string => (levels > 0 ? `fields { args { type { ${args(levels - 1)} } } }` : 'name');

    expect(validate(schema, parse(`{ __schema { types { ${round(3)} } } }`))).not.toEqual([]);
    expect(fields(`{ __schema { types { ${round(2)} ${args(2)} } } }`)).toBeGreaterThan(1000);
  });
});

describe('the cost of documented operations stays far below the limit', () => {
  const tourPage = [...readFileSync('docs/tour.md', 'utf8').matchAll(/^```graphql\n(.*?)^```/gms)].map(
    ([, code]) => code!,
  );
  const documents = [...tourPage, tour, readFileSync('test/support/operations.graphql', 'utf8')].map((code) =>
    parse(code),
  );
  const operations = documents.flatMap((document) =>
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.OPERATION_DEFINITION && definition.operation !== 'mutation'
        ? { document, definition }
        : [],
    ),
  );
  const variables = { ids: Array(100).fill('x'), roomIds: Array(50).fill('x'), first: 100, last: null };

  test.each(
    operations.map(({ document, definition }) => [definition.name!.value, document, definition.operation] as const),
  )('%s', (operationName, document, kind) => {
    const given = {
      ...variables,
      id: 'x',
      roomId: 'x',
      liveId: 'x',
      slug: 'x',
      userId: 'x',
      messageId: 'x',
      externalId: 'x',
      sequence: 1,
    };
    const { fields: asked } = costOf({ schema, document, operationName, variableValues: given });

    expect(asked).toBeLessThan((kind === 'subscription' ? limits.resultCost : limits.cost) / 3);
  });
});

test('variables with many unknown fields are read once, not once for each field', () => {
  let reads = 0;
  const fields = Array.from({ length: 200 }, (_, n) => [`n${n}`, { enumerable: true, get: () => (reads += 1) }]);
  const input = Object.defineProperties({}, Object.fromEntries(fields));

  expect(() =>
    cost('mutation ($i: CreateRoomInput!) { createRoom(input: $i) { room { id } } }', { i: input }),
  ).toThrow();

  expect(reads).toBeLessThan(4 * fields.length);
});
