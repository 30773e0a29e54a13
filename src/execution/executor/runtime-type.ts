import { type FieldNode, type GraphQLAbstractType, GraphQLError, type GraphQLObjectType, isObjectType } from 'graphql';
import { inspect } from 'graphql/jsutils/inspect.js';
import type { Run } from './run.ts';

interface Resolution {
  type: GraphQLAbstractType;
  value: unknown;
  field: { readonly nodes: readonly FieldNode[]; readonly coordinate: string };
}

/**
 * Returns the object type that `resolveType` returned for a value, by its name. Throws the errors of graphql-js if it is
 * no object type that belongs to the abstract type.
 */
export function requireRuntimeType(
  { executable: { schema } }: Run,
  name: unknown,
  about: Resolution,
): GraphQLObjectType {
  const { type, field } = about;
  const { nodes } = field;
  if (typeof name !== 'string') throw new GraphQLError(unnamed(name, about), name == null ? { nodes } : {});
  const found = schema.getType(name);
  const abstract = `Abstract type "${type.name}"`;
  if (!found) {
    throw new GraphQLError(`${abstract} was resolved to a type "${name}" that does not exist inside the schema.`, {
      nodes,
    });
  }
  if (!isObjectType(found)) {
    throw new GraphQLError(`${abstract} was resolved to a non-object type "${name}".`, { nodes });
  }
  if (!schema.isSubType(type, found)) {
    throw new GraphQLError(`Runtime Object type "${name}" is not a possible type for "${type.name}".`, { nodes });
  }
  return found;
}

function unnamed(name: unknown, { type, value, field }: Resolution): string {
  if (isObjectType(name)) {
    return 'Support for returning GraphQLObjectType from resolveType was removed in graphql-js@16.0.0 please return type name instead.';
  }
  const expected = `Abstract type "${type.name}" must resolve to an Object type at runtime for field "${field.coordinate}"`;
  return name == null
    ? `${expected}. Either the "${type.name}" type should provide a "resolveType" function or each possible type should provide an "isTypeOf" function.`
    : `${expected} with value ${inspect(value)}, received "${inspect(name)}".`;
}
