import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';
import { globalId, newId } from '../../src/base/ids.ts';
import { schema } from '../../src/schema.ts';
import { type Person, people } from '../support/person.ts';
import { makeGroup, say } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let ada: Person;
/** Good ids by the names of arguments and input fields that want one. */
let ids: Record<string, string>;
beforeAll(async () => {
  server = await startServer();
  const { ada: first, grace } = await people(server.url, 'Ada', 'Grace');
  ada = first;
  const roomId = await makeGroup(ada, 'Workshop', [grace]);
  const { id: messageId } = await say(grace, roomId, 'Hello');
  ids = { roomId, messageId, userId: grace.id, sessionId: ada.sessionId };
});
afterEach(() => expect(server.logged).toEqual([])); // whatever was sent, it was no fault of the server
afterAll(() => server.close());

type Field = GraphQLField<unknown, unknown>;
type Given = GraphQLArgument | GraphQLInputField;

/** Every argument of every field, and every field of their inputs. */
const givens = Object.values(schema.getTypeMap())
  .filter(isObjectType)
  .filter(({ name }) => !name.startsWith('__'))
  .flatMap((type) =>
    Object.values(type.getFields()).flatMap((field) =>
      field.args.flatMap((argument) => {
        const inner = getNamedType(argument.type);
        const inputs = isInputObjectType(inner) ? Object.values(inner.getFields()) : [argument];
        return inputs.map((given) => ({
          type: type.name,
          field,
          given,
          name: `${type.name}.${field.name}(${given.name})`,
        }));
      }),
    ),
  );
const ofScalar = (scalar: string) =>
  givens.filter(({ given }) => getNamedType(given.type).name === scalar).map((given) => [given.name, given] as const);

/** Where fields of a type are asked for: every type with arguments must be here. */
const places: Record<string, (selection: string) => string> = {
  Query: (selection) => `query { ${selection} }`,
  Mutation: (selection) => `mutation { ${selection} }`,
  Subscription: (selection) => `subscription { ${selection} }`,
  Room: (selection) => `query { room(id: "${ids.roomId}") { ${selection} } }`,
  RoomPresence: (selection) => `query { room(id: "${ids.roomId}") { presence { ${selection} } } }`,
  Viewer: (selection) => `query { viewer { ${selection} } }`,
};

/** The answer to a field with one unlikely value, and good ones where others are required; over HTTP, as it came. */
async function answerTo({ type, field, given }: (typeof givens)[number], value: string): Promise<string> {
  const args = field.args.flatMap((argument) => {
    if (argument !== given && !isRequiredArgument(argument) && !isInputObjectType(getNamedType(argument.type)))
      return [];
    return [`${argument.name}: ${literal(argument, { given, value })}`];
  });
  const inner = selectionOf(field);
  const query = places[type]!(`${field.name}(${args.join(', ')}) ${inner}`);
  const response = await fetch(server.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${ada.token}`,
      accept: type === 'Subscription' ? 'text/event-stream' : 'application/json',
    },
    body: JSON.stringify({ query }),
  });
  return response.text();
}

function selectionOf({ type }: Field): string {
  const named = getNamedType(type);
  if (!isCompositeType(named)) return '';
  return isObjectType(named) && named.getFields().userErrors ? '{ userErrors { code } }' : '{ __typename }';
}

function literal(wanted: Given, unlikely: { given: Given; value: string }): string {
  const { given, value } = unlikely;
  const type = getNullableType(wanted.type);
  if (wanted === given) return isListType(type) ? `[${value}]` : value;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter((field) => field === given || isRequiredInputField(field));
    return `{ ${fields.map((field) => `${field.name}: ${literal(field, unlikely)}`).join(', ')} }`;
  }
  return isListType(type) ? `[${plain(wanted.name, type.ofType)}]` : plain(wanted.name, type);
}

function plain(name: string, wanted: GraphQLInputType): string {
  const type = getNullableType(wanted);
  if (isEnumType(type)) return type.getValues()[0]!.name;
  const id = ids[name.replace(/s$/, '')] ?? ids.roomId;
  return { Int: '1', Boolean: 'true', ID: `"${id}"` }[String(type)] ?? '"👍"';
}

test('fields with arguments are where this test finds them', () => {
  expect(new Set(givens.map(({ type }) => type))).toEqual(new Set(Object.keys(places)));
});

describe('what was never a cursor is refused by', () => {
  const uuid = newId();
  const numbers = ['-1', '1.5', '1e3', '٣', '2147483648', '9'.repeat(400), '1 OR true', ''];
  const texts = ['', '-'.repeat(36), uuid.toUpperCase(), '\u0000', '😀', "'; --", 'A'.repeat(48_000)];
  const notified = [
    `999999999999999.${uuid}.1`,
    `8640000000000001.${uuid}.1`,
    `-1.${uuid}.1`,
    `1.${'-'.repeat(36)}.1`,
    `1.${uuid}.2147483648`,
    `1.${uuid}`,
    `NaN.${uuid}.1`,
  ];
  const lists: Record<string, string[]> = {
    message: [...numbers, ...texts],
    membership: [...numbers, ...texts, `${uuid}${uuid}`],
    notification: [...numbers, ...texts, ...notified],
    room: texts,
    user: texts,
    event: [...numbers, ...texts, `${uuid}:2147483648`, `${uuid}:-1`],
  };
  const cursors = Object.entries(lists).flatMap(([list, values]) =>
    values.map((value) => Buffer.from(`${list}:${value}`).toString('base64url')),
  );
  const raw = ['""', '"="', '"ÿ"', `"${'x'.repeat(64_000)}"`, '"\\u0000"', '"😀"'];
  const fields = givens.filter(({ given: { name } }) => name === 'after' || name === 'before');

  test.each(fields.map((field) => [field.name, field] as const))('%s', async (_name, field) => {
    const given = [...raw, ...cursors.map((text) => `"${text}"`)];
    const answers = await Promise.all(given.map((cursor) => answerTo(field, cursor)));

    const accepted = given.filter((_cursor, index) => !answers[index]!.includes('INVALID_INPUT'));
    expect(given.length).toBeGreaterThan(50); // else this proves nothing
    expect(accepted.map((cursor) => Buffer.from(cursor, 'base64url').toString())).toEqual([]);
  });
});

describe('an extreme number is answered by', () => {
  test.each(ofScalar('Int'))('%s', async (_name, given) => {
    const extremes = ['2147483647', '-2147483648', '0', '-1'];
    const impossible = ['2147483648', '1e400', '0.5'];
    const answers = (numbers: string[]) => Promise.all(numbers.map((number) => answerTo(given, number)));

    for (const answer of await answers(extremes)) expect(answer).toMatch(/^\{"data":|INVALID_INPUT/);
    for (const answer of await answers(extremes)) expect(answer).not.toContain('INTERNAL');
    for (const answer of await answers(impossible)) expect(answer).toContain('BAD_REQUEST');
  });
});

describe('the id of something else is refused by', () => {
  const anyType = ['Query.node(id)', 'Query.nodes(ids)'];
  const own = ofScalar('ID').filter(([name]) => !anyType.includes(name));

  test.each(own)('%s', async (_name, given) => {
    const wrong = globalId('Notification', newId());
    const unknown = [`"${wrong}"`, '"x"', '""', '1', `"${'x'.repeat(64_000)}"`];
    const answers = await Promise.all(unknown.map((id) => answerTo(given, id)));

    for (const answer of answers) expect(answer).toContain('INVALID_INPUT');
  });
});
