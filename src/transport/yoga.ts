import type { ExecutionArgs, GraphQLSchema } from 'graphql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import type { DocumentCache } from '../execution/document-cache.ts';
import { tokenLimits } from '../execution/document-tokens.ts';
import { fragmentCycles } from '../execution/fragment-cycles.ts';
import { documentLimits } from '../execution/limited.ts';
import type { Mask } from '../execution/masking.ts';
import { validateOnce } from '../execution/preparation.ts';
import { queriesOnly } from '../execution/queries-only.ts';
import { repeatedFields } from '../execution/repeated-fields.ts';
import { subscribedField } from '../execution/subscribed-field.ts';
import type { Context } from '../graphql/context.ts';
import type { EventStreams } from './event-streams.ts';
import type { ContextOf } from './http-contexts.ts';
import { largeAnswersAsBytes } from './large-answers.ts';
import type { NodeContext } from './node-context.ts';
import { refusals } from './refusals.ts';
import { subscribeOperation } from './subscribe-operation.ts';

export const graphqlPath = '/graphql';

interface YogaOptions {
  schema: GraphQLSchema;
  contextOf: ContextOf;
  mask: Mask;
  documents: DocumentCache;
  streams: EventStreams;
  execute: (args: ExecutionArgs) => unknown;
}

export type Yoga = YogaServerInstance<NodeContext, Context>;

/** Returns the handler of GraphQL over HTTP and Server-Sent Events. */
export function yogaServer({ schema, contextOf, mask, documents, streams, execute }: YogaOptions): Yoga {
  const ownExecution: Plugin = {
    onExecute: ({ args, setExecuteFn }) => {
      const { executed } = args.contextValue as Partial<NodeContext>;
      setExecuteFn(executed ? () => executed.result : execute);
    },
    onSubscribe: ({ setSubscribeFn }) => setSubscribeFn(subscribeOperation),
  };
  return createYoga<NodeContext, Context>({
    schema,
    graphqlEndpoint: graphqlPath,
    landingPage: false,
    graphiql: false, // see graphiql.ts
    context: ({ req, executed }) => executed?.context ?? contextOf(req),
    maskedErrors: { maskError: mask },
    // Our caches are bounded by bytes; Yoga's own caches are bounded by the number of documents.
    parserAndValidationCache: {
      documentCache: documents.documents,
      errorCache: documents.errors,
      validationCache: false,
    },
    plugins: [
      validateOnce(documents),
      ownExecution,
      largeAnswersAsBytes,
      refusals,
      streams.plugin,
      tokenLimits,
      fragmentCycles,
      repeatedFields,
      subscribedField,
      queriesOnly,
      ...documentLimits,
    ],
    cors: false, // see cross-origin.ts
    multipart: false,
    maxRequestBodySize: false, // see request-body.ts; Yoga would copy each body through two streams
    logging: false, // faults are logged by the mask
  });
}
