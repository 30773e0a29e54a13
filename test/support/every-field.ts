import { type GraphQLSchema, getNamedType, isCompositeType, isObjectType, isRequiredArgument } from 'graphql';

/** A selection of all fields of a type that need no arguments, each composite one with its own, `levels` deep; none of `but`. */
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
