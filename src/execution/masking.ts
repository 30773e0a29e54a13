import { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { type ChatError, internal, isErrorCode } from '../base/errors.ts';
import { throttledWarning } from '../base/throttled-warning.ts';
import { unavailable } from '../storage/storage-error.ts';

export type Mask = (error: unknown) => GraphQLError;

/**
 * Lets through what was meant for the caller. Logs any other error and shows INTERNAL in its place, or RATE_LIMITED where
 * the database cannot be had just now.
 */
export function masking(log: Logger): Mask {
  const warn = throttledWarning(log, {
    message: 'the database does not answer; callers get RATE_LIMITED',
    everyMs: 10_000,
  });
  return (error) => {
    if (isForCaller(error)) return withCode(error);
    const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error;
    const outage = unavailable(cause);
    if (outage) warn(cause);
    else log.error({ err: cause }, 'fault');
    return inPlaceOf(error, outage ?? internal());
  };
}

function inPlaceOf(error: unknown, { message, extensions }: ChatError): GraphQLError {
  const { nodes, source, positions, path } = error instanceof GraphQLError ? error : ({} as Partial<GraphQLError>);
  return new GraphQLError(message, { nodes, source, positions, path, extensions });
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
