import { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { type ChatError, internal, isErrorCode } from '../base/errors.ts';
import { throttledWarning } from '../base/throttled-warning.ts';
import { unavailable } from '../storage/storage-error.ts';
import { withExtensions } from './with-extensions.ts';

/** In UTF-16 code units. */
const longestMessage = 1000;

export type Mask = (error: unknown) => GraphQLError;

/**
 * Returns the errors that are meant for the caller as they are. Logs any other error and returns INTERNAL instead, or
 * RATE_LIMITED if the database is unavailable.
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
  if (!(error instanceof GraphQLError)) return new GraphQLError(message, { extensions });
  const { nodes, source, positions, path } = error;
  const { retryable = extensions.retryable } = error.extensions;
  return new GraphQLError(message, { nodes, source, positions, path, extensions: { ...extensions, retryable } });
}

/** Returns whether the error is meant for the caller; any other is a fault of the server. */
export function isForCaller(error: unknown): error is GraphQLError {
  if (!(error instanceof GraphQLError)) return false;
  return !error.originalError || isForCaller(error.originalError);
}

/**
 * Returns the error with a code of our list: errors of GraphQL and of libraries have none or another one, and some contain
 * the error that caused them.
 */
export function withCode(error: GraphQLError): GraphQLError {
  const { originalError: cause, code, ...extensions } = error.extensions;
  if (isErrorCode(code) && 'retryable' in extensions && !cause) return error;
  const shown = withExtensions(error, {
    ...extensions,
    code: isErrorCode(code) ? code : 'BAD_REQUEST',
    retryable: false,
  });
  shown.message = shortened(shown.message);
  return shown;
}

/** Returns the beginning and the end of a message that quotes a large value, such as a variable. */
function shortened(message: string): string {
  return message.length <= longestMessage ? message : `${message.slice(0, 500)} … ${message.slice(-300)}`;
}
