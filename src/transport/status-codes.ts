import type { GraphQLError } from 'graphql';
import type { ErrorCode } from '../base/errors.ts';
import { withExtensions } from '../execution/with-extensions.ts';

const byCode: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  PAYLOAD_TOO_LARGE: 413,
  RATE_LIMITED: 429,
  INTERNAL: 500,
};

/**
 * Returns the error with an HTTP status, for an answer without data. With `spec`, Yoga follows GraphQL over HTTP: only
 * clients that accept `application/graphql-response+json` get this status, and clients that accept `application/json` get
 * 200.
 */
export function withStatus(error: GraphQLError): GraphQLError {
  if (error.extensions.http) return error;
  const { extensions } = error;
  const status = byCode[extensions.code as ErrorCode] ?? 400;
  const http = { spec: true, status, ...(status === 401 && { headers: { 'WWW-Authenticate': 'Bearer' } }) };
  return withExtensions(error, { ...extensions, http });
}

/** Returns the error as clients see it who get no HTTP status: Yoga adds one to the errors of validation. */
export function withoutStatus(error: GraphQLError): GraphQLError {
  const { http, ...extensions } = error.extensions;
  return http ? withExtensions(error, extensions) : error;
}
