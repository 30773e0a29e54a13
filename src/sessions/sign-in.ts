import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import { type Context, requireViewer } from '../context.ts';

/**
 * Closes every root field to anonymous callers but those declared with `extensions: { anonymous: true }`, so that a
 * new field is closed unless somebody says otherwise.
 */
export function requireSignIn(schema: GraphQLSchema): GraphQLSchema {
  for (const type of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    for (const field of Object.values(type?.getFields() ?? {})) {
      if (field.extensions.anonymous) continue;
      if (field.subscribe) field.subscribe = signedIn(field.subscribe);
      else field.resolve = signedIn(field.resolve ?? defaultFieldResolver);
    }
  }
  return schema;
}

type Resolve = GraphQLFieldResolver<unknown, Context>;

function signedIn(resolve: Resolve): Resolve {
  return (root, args, context, info) => {
    requireViewer(context);
    return resolve(root, args, context, info);
  };
}
