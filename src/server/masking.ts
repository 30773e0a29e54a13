import { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { internal, isErrorCode } from '../errors.ts';

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

/** Whether the error was meant for the caller; any other is a fault of the server. */
export function isForCaller(error: unknown): error is GraphQLError {
  if (!(error instanceof GraphQLError)) return false;
  return !error.originalError || isForCaller(error.originalError);
}

/**
 * The error with a code of ours: those of GraphQL itself and of libraries have none or another, and some bring the error
 * that they were made of.
 */
export function withCode(error: GraphQLError): GraphQLError {
  const { originalError: cause, code, ...extensions } = error.extensions;
  if (isErrorCode(code) && 'retryable' in extensions && !cause) return error;
  const { message, nodes, source, positions, path, originalError } = error;
  return new GraphQLError(message, {
    nodes,
    source,
    positions,
    path,
    originalError,
    extensions: { ...extensions, code: isErrorCode(code) ? code : 'BAD_REQUEST', retryable: false },
  });
}
