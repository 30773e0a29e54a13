import { type GraphQLField, type GraphQLObjectType, type GraphQLSchema, isObjectType } from 'graphql';
import { globalId } from '../base/ids.ts';

/**
 * Removes or replaces resolvers of Pothos that cost more than the fields. The resolver of `id` returned a promise, which took
 * longer than the rest of the object. A field without a resolver reads the property of its name.
 */
export function resolvePlainly(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    const { id, edges, pageInfo, node, nodes } = type.getFields();
    if (id && type.getInterfaces().some(({ name }) => name === 'Node')) id.resolve = idResolver(type);
    if (edges && pageInfo && nodes) {
      for (const field of [edges, pageInfo]) field.resolve = undefined;
      nodes.resolve = ({ edges: items }: Connection) => items.map((edge) => edge.node);
    }
    if (node && type.name.endsWith('Edge')) node.resolve = undefined;
  }
  return schema;
}

interface Connection {
  edges: readonly { node: unknown }[];
}

type Resolve = NonNullable<GraphQLField<unknown, unknown>['resolve']>;

/** Returns the resolver of a global id. Calls the function that the type declares for its inner id. */
function idResolver({ name, extensions }: GraphQLObjectType): Resolve {
  const { id } = extensions.pothosOptions as { id: { resolve: (parent: unknown) => string } };
  return (parent) => globalId(name, id.resolve(parent));
}
