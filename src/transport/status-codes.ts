import { GraphQLError } from 'graphql';
import type { ErrorCode } from '../base/errors.ts';

const byCode: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  PAYLOAD_TOO_LARGE: 413,
  RATE_LIMITED: 429,
  INTERNAL: 500,
};

/**
 * The error with the status of an answer that is nothing but errors. With `spec`, Yoga keeps to it as GraphQL over HTTP
 * wants it: for `application/graphql-response+json` alone, while clients of `application/json` get 200.
 */
export function withStatus(error: GraphQLError): GraphQLError {
  if (error.extensions.http) return error;
  const { message, nodes, source, positions, path, originalError, extensions } = error;
  const status = byCode[extensions.code as ErrorCode] ?? 400;
  const http = { spec: true, status, ...(status === 401 && { headers: { 'WWW-Authenticate': 'Bearer' } }) };
  return new GraphQLError(message, {
    nodes,
    source,
    positions,
    path,
    originalError,
    extensions: { ...extensions, http },
  });
}
