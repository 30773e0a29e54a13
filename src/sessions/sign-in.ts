import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import { unauthenticated } from '../base/errors.ts';
import { type Context, requireViewer } from '../graphql/context.ts';

/**
 * Makes every root field require a signed-in caller, unless it is declared with `extensions: { anonymous: true }`. A new
 * field is therefore protected by default.
 */
export function requireSignIn(schema: GraphQLSchema): GraphQLSchema {
  for (const type of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    for (const field of Object.values(type?.getFields() ?? {})) {
      const requireCaller = field.extensions.anonymous ? requireConnected : requireSignedIn;
      if (field.subscribe) field.subscribe = guarded(field.subscribe, requireCaller);
      else field.resolve = guarded(field.resolve ?? defaultFieldResolver, requireCaller);
    }
  }
  return schema;
}

type Resolve = GraphQLFieldResolver<unknown, Context>;

function guarded(resolve: Resolve, requireCaller: (context: Context) => void): Resolve {
  return (root, args, context, info) => {
    requireCaller(context);
    return resolve(root, args, context, info);
  };
}

function requireSignedIn(context: Context): void {
  requireConnected(context);
  requireViewer(context);
}

/** The root fields of a mutation are resolved one after the other; the connection may close between two of them. */
function requireConnected({ isOver }: Context): void {
  if (isOver?.()) throw unauthenticated('The connection was closed.');
}
