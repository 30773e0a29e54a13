import {
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';

/** Returns the names of the types that belong to an interface or a union. */
export function memberTypes(schema: GraphQLSchema, name: string): string[] {
  const type = schema.getType(name);
  return isAbstractType(type) ? schema.getPossibleTypes(type).map((member) => member.name) : [];
}

/**
 * Returns a selection of all fields of a type that need no arguments, except those in `but`. It selects the fields of
 * composite fields too, `levels` deep.
 */
export function everyFieldOf(schema: GraphQLSchema, name: string, { but = [] as string[], levels = 3 } = {}): string {
  const type = schema.getType(name);
  if (!isObjectType(type) || levels === 0) return '__typename';
  const selections = Object.values(type.getFields())
    .filter((field) => !but.includes(field.name) && !field.args.some(isRequiredArgument))
    .map((field) => {
      const inner = getNamedType(field.type);
      return isCompositeType(inner)
        ? `${field.name} { ${everyFieldOf(schema, inner.name, { but, levels: levels - 1 })} }`
        : field.name;
    });
  return ['__typename', ...selections].join(' ');
}
