import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  buildSchema,
  findBreakingChanges,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  isUnionType,
} from 'graphql';
import { schema } from '../src/schema.ts';
import { contract } from './support/contract.ts';

const ownTypes = (of = schema) =>
  Object.values(of.getTypeMap()).filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type));

/** Everything in a type that a client sees, by name: the type itself, fields, arguments, values. */
function partsOf(type: GraphQLNamedType): [name: string, part: { description?: string | null }][] {
  const parts: [string, { description?: string | null }][] = [[type.name, type]];
  if (isEnumType(type)) for (const value of type.getValues()) parts.push([`${type.name}.${value.name}`, value]);
  if (isInputObjectType(type))
    for (const field of Object.values(type.getFields())) parts.push([`${type.name}.${field.name}`, field]);
  if (isObjectType(type) || isInterfaceType(type)) {
    for (const field of Object.values(type.getFields())) {
      parts.push([`${type.name}.${field.name}`, field]);
      for (const argument of field.args) parts.push([`${type.name}.${field.name}(${argument.name})`, argument]);
    }
  }
  return parts;
}

test('every type, field, argument and value is described', () => {
  const parts = ownTypes().flatMap(partsOf);
  const bare = parts.filter(([, { description }]) => !description?.trim()).map(([name]) => name);

  expect(parts.length).toBeGreaterThan(200); // else this proves nothing
  expect(bare).toEqual([]);
});

test('descriptions are sentences', () => {
  const odd = ownTypes()
    .flatMap(partsOf)
    .filter(([, { description }]) => !/^[^a-z].*[.:!)`]$/s.test(description ?? ''))
    .map(([name, { description }]) => `${name}: ${description}`);

  expect(odd).toEqual([]);
});

/** What a client may rely on of a type: each part of it with its own type. */
function promisesOf(type: GraphQLNamedType): string[] {
  if (isEnumType(type)) return type.getValues().map(({ name }) => `enum ${type.name}: ${name}`);
  if (isUnionType(type)) return type.getTypes().map(({ name }) => `union ${type.name}: ${name}`);
  if (isInputObjectType(type))
    return Object.values(type.getFields()).map((field) => `input ${type.name}.${given(field)}`);
  if (!isObjectType(type) && !isInterfaceType(type)) return [`scalar ${type.name}`];
  const fields = Object.values(type.getFields()).flatMap((field) => [
    `${type.name}.${field.name}: ${field.type.toString()}`,
    ...field.args.map((argument) => `${type.name}.${field.name}(${given(argument)})`),
  ]);
  return [...fields, ...type.getInterfaces().map(({ name }) => `${type.name} implements ${name}`)];
}

function given({ name, type, defaultValue }: GraphQLArgument | GraphQLInputField): string {
  return `${name}: ${type.toString()}${defaultValue === undefined ? '' : ` = ${JSON.stringify(defaultValue)}`}`;
}

describe('the schema only grows:', () => {
  // The schema that clients of the first release with a client package were built for. It is never changed after that release.
  const released = readFileSync('test/schema/first-release.graphql', 'utf8');

  test('a client of the first release finds everything that it uses, and is asked for nothing new', () => {
    expect(findBreakingChanges(buildSchema(released), schema)).toEqual([]);
  });

  test.each([
    ['a removed type', 'MessageDeletedEvent', 'MessageGoneEvent', 'TYPE_REMOVED'],
    ['a removed value', 'SLOW_MODE', 'SLOWER_MODE', 'VALUE_REMOVED_FROM_ENUM'],
    ['a removed field', ' slug:', ' path:', 'FIELD_REMOVED'],
    ['a new required argument', ' messagesAround(', ' messagesAround(why: String!, ', 'REQUIRED_ARG_ADDED'],
    ['a new required input', 'MessageIdInput {', 'MessageIdInput {\n  why: String!', 'REQUIRED_INPUT_FIELD_ADDED'],
  ])('%s is found', (_what, part, changed, type) => {
    const next = buildSchema(released.replaceAll(part, changed));

    expect(findBreakingChanges(buildSchema(released), next).map((change) => change.type)).toContain(type);
  });
});

describe('the schema keeps its promises on', () => {
  const promised = ownTypes(buildSchema(contract));

  test.each(promised.map(({ name }) => [name]))('%s', (name) => {
    const type = schema.getType(name);

    expect(type).toBeDefined();
    expect(promisesOf(type!)).toEqual(expect.arrayContaining(promisesOf(promised.find((each) => each.name === name)!)));
  });
});
