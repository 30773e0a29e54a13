import {
  type GraphQLField,
  type GraphQLSchema,
  isAbstractType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';

/** Returns the text of `client/src/adapters/possible-types.ts`: what each normalised cache has to know of the schema. */
export function printPossibleTypes(schema: GraphQLSchema): string {
  const lines = typesOf(schema)
    .filter(isAbstractType)
    .map((type) => `  ${type.name}: ${list(schema.getPossibleTypes(type).map(({ name }) => name))},\n`);
  return `${head}/** The types of each interface. */
export const possibleTypes: Record<string, string[]> = {
${lines.join('')}};
`;
}

/** Returns the text of `client/src/adapters/urql-schema-outline.ts`: what Graphcache has to know besides. */
export function printSchemaOutline(schema: GraphQLSchema): string {
  const lines = typesOf(schema)
    .filter(isObjectType)
    .map((type) => `${type.name} ${Object.values(type.getFields()).map(fieldOf).join(' ')}`);
  return `${head}/** The types with their fields. \`?\`: may be null, \`*\`: is a list. */
export const outline = \`${lines.join('\n')}\`;
`;
}

const head = '// Made by `npm run codegen` from schema.graphql. Do not edit.\n\n';

const typesOf = (schema: GraphQLSchema) =>
  Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));

function fieldOf({ name, type }: GraphQLField<unknown, unknown>): string {
  const inner = isNonNullType(type) ? type.ofType : type;
  return `${name}${isListType(inner) ? '*' : ''}${isNonNullType(type) ? '' : '?'}`;
}

const list = (names: readonly string[]) => `'${names.join(' ')}'.split(' ')`;
