import { GraphQLError } from 'graphql';

/**
 * The error of an operation that is not executed, because its client has completed it or its connection is about to close.
 * graphql-ws answers it, and a client would take the answer for the end of the operation, instead of starting it again on the
 * next connection. So the connection does not send it.
 */
export const unwanted = new GraphQLError('The operation ended before it started.');

const endOfAnswer = `,"type":"error","payload":[${JSON.stringify(unwanted)}]}`;

/** Returns whether a message of graphql-transport-ws answers an operation with `unwanted`. */
export function isUnwanted(text: string): boolean {
  return text.endsWith(endOfAnswer);
}
