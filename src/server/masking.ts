import { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { internal } from '../errors.ts';

export type Mask = (error: unknown) => GraphQLError;

/** Lets through what was meant for the caller; logs any other error and shows INTERNAL in its place. */
export function masking(log: Logger): Mask {
  return (error) => {
    if (isForCaller(error)) return withCode(error);
    log.error({ err: error instanceof GraphQLError ? (error.originalError ?? error) : error }, 'fault');
    const { nodes, source, positions, path } = error instanceof GraphQLError ? error : ({} as Partial<GraphQLError>);
    const { message, extensions } = internal();
    return new GraphQLError(message, { nodes, source, positions, path, extensions });
  };
}

function isForCaller(error: unknown): error is GraphQLError {
  if (!(error instanceof GraphQLError)) return false;
  return !error.originalError || isForCaller(error.originalError);
}

/** Errors of GraphQL itself have no code of ours, and some bring the error that they were made of. */
function withCode(error: GraphQLError): GraphQLError {
  const { originalError: cause, ...extensions } = error.extensions;
  if (extensions.code && !cause) return error;
  const { message, nodes, source, positions, path, originalError } = error;
  return new GraphQLError(message, {
    nodes,
    source,
    positions,
    path,
    originalError,
    extensions: { code: 'BAD_REQUEST', retryable: false, ...extensions },
  });
}
