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
import { schema } from '../../src/schema.ts';
import type { Person } from './person.ts';

type Field = GraphQLField<unknown, unknown>;
type Given = GraphQLArgument | GraphQLInputField;
/** Valid ids, by the names of the arguments and input fields that need one. */
type Ids = Record<string, string>;

interface Unlikely {
  given: Given;
  value: string;
  ids: Ids;
}

export interface Caller {
  person: Person;
  ids: Ids;
}

/** Every argument of every field, and every field of their inputs. */
export const givens = Object.values(schema.getTypeMap())
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
export const ofScalar = (scalar: string) =>
  givens.filter(({ given }) => getNamedType(given.type).name === scalar).map((given) => [given.name, given] as const);

/** Returns, for each type, a document that selects a field of it. Every type with arguments must be here. */
export const places: Record<string, (selection: string, ids: Ids) => string> = {
  Query: (selection) => `query { ${selection} }`,
  Mutation: (selection) => `mutation { ${selection} }`,
  Subscription: (selection) => `subscription { ${selection} }`,
  Room: (selection, ids) => `query { room(id: "${ids.roomId}") { ${selection} } }`,
  RoomPresence: (selection, ids) => `query { room(id: "${ids.roomId}") { presence { ${selection} } } }`,
  Viewer: (selection) => `query { viewer { ${selection} } }`,
};

/**
 * Requests a field with one unlikely value, and with valid values for all other required arguments. Returns the text of
 * the answer.
 */
export async function answerTo(
  { person, ids }: Caller,
  { type, field, given }: (typeof givens)[number],
  value: string,
): Promise<string> {
  const args = field.args.flatMap((argument) => {
    if (argument !== given && !isRequiredArgument(argument) && !isInputObjectType(getNamedType(argument.type)))
      return [];
    return [`${argument.name}: ${literal(argument, { given, value, ids })}`];
  });
  const inner = selectionOf(field);
  const query = places[type]!(`${field.name}(${args.join(', ')}) ${inner}`, ids);
  const response = await fetch(person.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${person.token}`,
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

function literal(wanted: Given, unlikely: Unlikely): string {
  const { given, value, ids } = unlikely;
  const type = getNullableType(wanted.type);
  if (wanted === given) return isListType(type) ? `[${value}]` : value;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter((field) => field === given || isRequiredInputField(field));
    return `{ ${fields.map((field) => `${field.name}: ${literal(field, unlikely)}`).join(', ')} }`;
  }
  return isListType(type) ? `[${plain(wanted.name, type.ofType, ids)}]` : plain(wanted.name, type, ids);
}

function plain(name: string, wanted: GraphQLInputType, ids: Ids): string {
  const type = getNullableType(wanted);
  if (isEnumType(type)) return type.getValues()[0]!.name;
  const id = ids[name.replace(/s$/, '')] ?? ids.roomId;
  return { Int: '1', Boolean: 'true', ID: `"${id}"` }[String(type)] ?? '"👍"';
}
