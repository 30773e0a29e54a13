import { GraphQLError } from 'graphql';

/** Returns a copy of an error with other `extensions`. Its message, path and cause stay. */
export function withExtensions(error: GraphQLError, extensions: Record<string, unknown>): GraphQLError {
  const { message, nodes, source, positions, path, originalError } = error;
  return new GraphQLError(message, { nodes, source, positions, path, originalError, extensions });
}
