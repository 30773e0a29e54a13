import type { IncomingMessage } from 'node:http';
import type { GraphQLSchema } from 'graphql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import { acceptedLanguages } from '../base/language.ts';
import type { DocumentCache } from '../execution/document-cache.ts';
import { nestingLimit } from '../execution/document-nesting.ts';
import { executeOperation } from '../execution/execute-operation.ts';
import { documentLimits } from '../execution/limited.ts';
import type { Mask } from '../execution/masking.ts';
import { subscribedField } from '../execution/subscribed-field.ts';
import type { Context } from '../graphql/context.ts';
import type { ContextFor } from '../sessions/context-for.ts';
import { bearerToken, onlyToken } from '../sessions/credentials.ts';
import type { EventStreams } from './event-streams.ts';
import { largeAnswersAsBytes } from './large-answers.ts';
import type { NodeContext } from './node-context.ts';
import { refusals } from './refusals.ts';
import { subscribeOperation } from './subscribe-operation.ts';
import type { UnreadBytes } from './unread-bytes.ts';

export const graphqlPath = '/graphql';

interface YogaOptions {
  schema: GraphQLSchema;
  contextFor: ContextFor;
  mask: Mask;
  documents: DocumentCache;
  streams: EventStreams;
  unread: UnreadBytes;
}

export type Yoga = YogaServerInstance<NodeContext, Context>;

/** Returns the handler of GraphQL over HTTP and Server-Sent Events. */
export function yogaServer({ schema, contextFor, mask, documents, streams, unread }: YogaOptions): Yoga {
  const ownExecution: Plugin = {
    onExecute: ({ setExecuteFn }) => setExecuteFn(unread.whenRoom(executeOperation)),
    onSubscribe: ({ setSubscribeFn }) => setSubscribeFn(subscribeOperation),
  };
  return createYoga<NodeContext, Context>({
    schema,
    graphqlEndpoint: graphqlPath,
    landingPage: false,
    graphiql: false, // see graphiql.ts
    context: async ({ req, request: { headers } }) => ({
      ...(await contextFor({
        token: tokenOf(req),
        languages: acceptedLanguages(headers.get('accept-language')),
      })),
      lastEventId: headers.get('last-event-id'),
    }),
    maskedErrors: { maskError: mask },
    // Our caches are bounded by bytes; Yoga's own caches are bounded by the number of documents.
    parserAndValidationCache: { documentCache: documents.documents, errorCache: documents.errors },
    plugins: [
      ownExecution,
      largeAnswersAsBytes,
      refusals,
      streams.plugin,
      nestingLimit,
      subscribedField,
      ...documentLimits,
    ],
    cors: false, // see cross-origin.ts
    multipart: false,
    maxRequestBodySize: false, // see request-body.ts; Yoga would copy each body through two streams
    logging: false, // faults are logged by the mask
  });
}

/**
 * Returns the token of the request. Throws UNAUTHENTICATED if the header is unreadable, or is sent more than once: in
 * `headers`, Node.js keeps only the first one.
 */
function tokenOf({ headersDistinct }: IncomingMessage): string | null {
  return onlyToken(...(headersDistinct.authorization ?? []).map(bearerToken));
}
