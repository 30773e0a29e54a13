import { GraphQLError } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { badRequest, ChatError, isErrorCode } from '../base/errors.ts';
import { withCode } from '../execution/masking.ts';
import { withStatus } from './status-codes.ts';

/** Requests that Yoga refuses without a message. */
const silent: Record<number, string> = {
  406: 'Accept application/json, application/graphql-response+json or text/event-stream.',
};

/** Turns the refusals of Yoga itself into the form of all other errors: JSON, with a code of `base/errors.ts`. */
export const refusals: Plugin = {
  onRequestParse: ({ requestParser, setRequestParser }) => {
    if (!requestParser) return;
    setRequestParser(async (request) => {
      try {
        const params = await requestParser(request);
        if (isHashAlone(params)) throw persistedQueryNotSupported();
        return params;
      } catch (error) {
        throw unreadable(error);
      }
    });
  },
  onResultProcess: (hook) => {
    const { result } = hook;
    if (!('errors' in result) || !result.errors) return;
    const errors = result.errors.map(withCode);
    hook.setResult({ ...result, errors: 'data' in result ? errors : errors.map(withStatus) });
  },
  onResponse: (hook) => {
    const { response, fetchAPI } = hook;
    const message = silent[response.status];
    if (!message || response.body) return;
    const { status, headers } = response;
    const body = JSON.stringify({ errors: [badRequest(message)] });
    const shown = new fetchAPI.Response(body, { status, headers });
    shown.headers.set('content-type', 'application/json');
    shown.headers.delete('accept'); // would list all types, once for each type that was requested
    hook.setResponse(shown);
  },
};

/** Returns whether a client sent the hash of its operation instead of the operation ("automatic persisted queries"). */
function isHashAlone(params: GraphQLParams | GraphQLParams[] | Response): boolean {
  return 'extensions' in params && !params.query && !!params.extensions?.persistedQuery;
}

/** Makes the error after which Apollo and urql send the whole operation; they recognise its message and code. */
function persistedQueryNotSupported(): GraphQLError {
  const { message, extensions } = new ChatError('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported');
  return new GraphQLError(message, { extensions: { ...extensions, http: { spec: true, status: 400 } } });
}

/**
 * Returns an error of Yoga's parser with status 400. Yoga itself would answer 200 to a body that is not JSON, and treats
 * an invalid query string as a fault of its own.
 */
function unreadable(error: unknown): unknown {
  if (error instanceof GraphQLError && isErrorCode(error.extensions.code) && error.extensions.code !== 'BAD_REQUEST')
    return error;
  const isTheirs = error instanceof GraphQLError || error instanceof SyntaxError;
  if (!isTheirs) return error;
  const message = error instanceof GraphQLError ? error.message : 'The query string contains invalid JSON.';
  return new GraphQLError(message, { extensions: { ...badRequest(message).extensions, http: { status: 400 } } });
}
