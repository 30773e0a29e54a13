import type { IncomingMessage, ServerResponse } from 'node:http';
import { badRequest, payloadTooLarge } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import type { Config } from '../config.ts';
import { shareAcrossOrigins } from './cross-origin.ts';
import { type GraphiQL, isPageVisit } from './graphiql.ts';
import { answer, refuse } from './http-answers.ts';
import type { Operations } from './plain-operations.ts';
import { readBody } from './request-body.ts';
import { sendFile } from './static-files.ts';
import { isCutHandshake } from './upgrades.ts';

interface GraphqlRouteOptions {
  operations: Operations;
  graphiql: GraphiQL;
  corsOrigins: Config['corsOrigins'];
}

/**
 * Returns the handler of requests to the path of GraphQL: operations, preflight requests, and browsers that want
 * GraphiQL.
 */
export function graphqlRoute({ operations, graphiql, corsOrigins }: GraphqlRouteOptions) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (isCutHandshake(request)) return askForUpgrade(response);
    if (isPageVisit(request)) return sendFile(request, response, graphiql.page);
    shareAcrossOrigins(request, { response, allowed: corsOrigins });
    if (request.method === 'OPTIONS') return void response.writeHead(204).end();
    if (request.method === 'POST' && !isJson(request)) return refuse(response, 415, badRequest(onlyJson));
    simplifyHeaders(request);
    const body = await readBody(request);
    if (body === 'too large') return refuse(response, 413, payloadTooLarge(limits.requestBytes));
    await operations(Object.assign(request, { body }), response);
  };
}

const cutHandshake =
  'The WebSocket handshake lacks its Upgrade or Connection header. Configure the proxy to pass on both.';

function askForUpgrade(response: ServerResponse): void {
  response.setHeader('upgrade', 'websocket').setHeader('connection', 'upgrade, close');
  answer(response, 426, { errors: [badRequest(cutHandshake)] });
}

const onlyJson = 'Send the operation as application/json.';

/**
 * Returns whether the body is declared as JSON. Browsers send forms and plain text for any page without a preflight
 * request: an operation in such a body would be executed even for a page that CORS_ORIGINS excludes.
 */
function isJson({ headers }: IncomingMessage): boolean {
  const [type = ''] = (headers['content-type'] ?? '').split(';', 1);
  return type.trim().toLowerCase() === 'application/json';
}

/** Characters of `Accept` that are read: Yoga compares each type in it with each of its own. */
const acceptMaxLength = 1024;

/** Simplifies headers that Yoga cannot handle: media types in capitals, and very long lists. */
function simplifyHeaders({ headers }: IncomingMessage): void {
  if (headers['content-type']) headers['content-type'] = 'application/json';
  if (headers.accept) headers.accept = headers.accept.slice(0, acceptMaxLength);
}
