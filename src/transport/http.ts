import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { GraphQLSchema } from 'graphql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import type { Logger } from 'pino';
import { badRequest, type ChatError, payloadTooLarge } from '../base/errors.ts';
import { acceptedLanguages } from '../base/language.ts';
import { limits } from '../base/limits.ts';
import type { Metrics } from '../base/metrics.ts';
import { parsedUrl } from '../base/text.ts';
import type { Config } from '../config.ts';
import type { DocumentCache } from '../execution/document-cache.ts';
import { nestingLimit } from '../execution/document-nesting.ts';
import { executeOperation } from '../execution/execute-operation.ts';
import { documentLimits } from '../execution/limited.ts';
import type { Mask } from '../execution/masking.ts';
import type { Context } from '../graphql/context.ts';
import type { Credentials } from '../sessions/authenticate.ts';
import { bearerToken, onlyToken } from '../sessions/credentials.ts';
import { shareAcrossOrigins } from './cross-origin.ts';
import type { EventStreams } from './event-streams.ts';
import { type GraphiQL, isPageVisit } from './graphiql.ts';
import { HttpConnections } from './http-connections.ts';
import { largeAnswersAsBytes } from './large-answers.ts';
import type { Readiness } from './readiness.ts';
import { refusals } from './refusals.ts';
import { sendFile } from './static-files.ts';
import { subscribeOperation } from './subscribe-operation.ts';
import type { UnreadBytes } from './unread-bytes.ts';
import { isCutHandshake, PlainUnlessWebSocket } from './upgrades.ts';

export const graphqlPath = '/graphql';

/** What Yoga puts beside the request when Node.js brings it. */
export interface NodeContext {
  req: IncomingMessage;
  res: ServerResponse;
}

export interface HttpOptions {
  schema: GraphQLSchema;
  /** Throws UNAUTHENTICATED. */
  contextFor: (credentials: Credentials) => Promise<Context>;
  mask: Mask;
  documents: DocumentCache;
  streams: EventStreams;
  unread: UnreadBytes;
}

export type Yoga = YogaServerInstance<NodeContext, Context>;

/** GraphQL over HTTP and Server-Sent Events, and GraphiQL for a browser. */
export function yogaServer({ schema, contextFor, mask, documents, streams, unread }: HttpOptions): Yoga {
  const ownExecution: Plugin = {
    onExecute: ({ setExecuteFn }) => setExecuteFn(unread.whenRoom(executeOperation)),
    onSubscribe: ({ setSubscribeFn }) => setSubscribeFn(subscribeOperation),
  };
  return createYoga<NodeContext, Context>({
    schema,
    graphqlEndpoint: graphqlPath,
    landingPage: false,
    graphiql: false, // see graphiql.ts
    context: async ({ req, request: { headers } }) => ({
      ...(await contextFor({
        token: tokenOf(req),
        languages: acceptedLanguages(headers.get('accept-language')),
      })),
      lastEventId: headers.get('last-event-id'),
    }),
    maskedErrors: { maskError: mask },
    // By bytes; its own would be by number.
    parserAndValidationCache: { documentCache: documents.documents, errorCache: documents.errors },
    plugins: [ownExecution, largeAnswersAsBytes, refusals, streams.plugin, nestingLimit, ...documentLimits],
    cors: false, // see cross-origin.ts
    multipart: false,
    logging: false, // faults are logged where they are masked
  });
}

interface HttpServerOptions {
  yoga: Yoga;
  graphiql: GraphiQL;
  corsOrigins: Config['corsOrigins'];
  readiness: Readiness;
  metrics: Metrics;
  log: Logger;
  deadlines?: Partial<typeof usualDeadlines>;
}

/**
 * How long a peer may take to say what it wants: one that is slow on purpose costs a connection for that long. Connections
 * on which nothing is asked stay open for longer than load balancers keep theirs (most: 60 s), or those would ask on one
 * that has just been closed.
 */
const usualDeadlines = {
  headersTimeout: 15_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5000,
  keepAliveTimeout: 65_000,
  /** How long a peer may take nothing of its answer. */
  writeDeadlineMs: 30_000,
};

/** The HTTP server: GraphQL at one path, health and metrics at others, and a way there from everywhere else. */
export function httpServer({ yoga, graphiql, corsOrigins, readiness, metrics, log, deadlines }: HttpServerOptions) {
  const { writeDeadlineMs, ...timeouts } = { ...usualDeadlines, ...deadlines };
  const routes: Record<string, (request: IncomingMessage, response: ServerResponse) => Promise<void> | void> = {
    [graphqlPath]: async (request, response) => {
      if (isCutHandshake(request)) return askForUpgrade(response);
      if (isPageVisit(request)) return sendFile(request, response, graphiql.page);
      shareAcrossOrigins(request, { response, allowed: corsOrigins });
      if (request.method === 'OPTIONS') return void response.writeHead(204).end();
      if (request.method === 'POST' && !isJson(request)) return refuse(response, 415, badRequest(onlyJson));
      plainHeaders(request);
      const body = await readBody(request);
      if (body === 'too large') return refuse(response, 413, payloadTooLarge(limits.requestBytes));
      await yoga(Object.assign(request, { body }), response);
    },
    '/healthz': (_request, response) => answer(response, 200, { status: 'ok' }),
    '/readyz': async (_request, response) => {
      const { isReady, detail } = await readiness();
      if (connections.isDraining) return answer(response, 503, { status: 'draining' });
      answer(response, isReady ? 200 : 503, { status: isReady ? 'ready' : 'not ready', detail });
    },
    '/metrics': async (_request, response) => {
      response.writeHead(200, { 'content-type': metrics.contentType }).end(await metrics.print());
    },
    '/': (_request, response) => void response.writeHead(302, { location: graphqlPath }).end(),
  };
  for (const [path, file] of Object.entries(graphiql.files)) {
    routes[path] = (request, response) => sendFile(request, response, file);
  }
  const settings = { ...timeouts, maxHeaderSize: limits.headerBytes, IncomingMessage: PlainUnlessWebSocket };
  const http = createServer(settings, async (request, response) => {
    try {
      response.on('error', (error) => log.debug({ err: error }, 'HTTP response'));
      if (!(await connections.takeTurn(request, response))) return;
      const address = addressOf(request);
      if (!address) return refuse(response, 400, badRequest('The path or the Host header is not valid.'));
      request.url = address.pathname + address.search;
      const route = routes[address.pathname];
      if (route) await route(request, response);
      else answer(response, 404, { error: `Not found. GraphQL is at ${graphqlPath}.` });
    } catch (error) {
      const isHungUp = request.destroyed && !(request.complete && response.writable);
      if (isHungUp) return;
      log.error({ err: error }, 'failed to answer a request');
      if (!response.headersSent) answer(response, 500, { error: 'The server has a fault and has logged it.' });
      else response.destroy();
    }
  });
  const onFault = (error: unknown) => log.error({ err: error }, 'failed to check connections');
  const connections = new HttpConnections(http, { writeDeadlineMs, onFault });
  return { http, connections };
}

/** What is asked for; null for what cannot be parsed, neither here nor by Yoga. Some send the whole address as path. */
function addressOf({ url = '/', headers }: IncomingMessage): URL | null {
  const base = `http://${headers.host ?? 'parley'}`;
  return parsedUrl(url, base);
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

const cutHandshake =
  'The WebSocket handshake lacks its Upgrade or Connection header. Configure the proxy to pass on both.';

function askForUpgrade(response: ServerResponse): void {
  response.setHeader('upgrade', 'websocket').setHeader('connection', 'upgrade, close');
  answer(response, 426, { errors: [badRequest(cutHandshake)] });
}

const onlyJson = 'Send the operation as application/json.';

/**
 * Whether the body says that it is JSON. Browsers send forms and plain texts for any page without asking first whether it
 * may: an operation in one of those would be executed for a page that CORS_ORIGINS keeps out.
 */
function isJson({ headers }: IncomingMessage): boolean {
  const [type = ''] = (headers['content-type'] ?? '').split(';', 1);
  return type.trim().toLowerCase() === 'application/json';
}

/** Characters of `Accept` that are looked at; Yoga compares each type in it with each that it has. */
const acceptMaxLength = 1024;

/** Spares Yoga what it would trip over: types in capitals, and lists without an end. */
function plainHeaders({ headers }: IncomingMessage): void {
  if (headers['content-type']) headers['content-type'] = 'application/json';
  if (headers.accept) headers.accept = headers.accept.slice(0, acceptMaxLength);
}

/** Throws UNAUTHENTICATED for a header that cannot be read, or that is there twice: Node.js would show the first alone. */
function tokenOf({ headersDistinct }: IncomingMessage): string | null {
  return onlyToken(...(headersDistinct.authorization ?? []).map(bearerToken));
}

/** The whole body, held to its limit while it comes in: Yoga has none, and would buffer whatever it is sent. */
async function readBody(request: IncomingMessage): Promise<Buffer | 'too large'> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  if (Number(request.headers['content-length']) > limits.requestBytes) return 'too large';
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > limits.requestBytes) return 'too large';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Also hangs up: of such a request nobody wants to read the rest. */
function refuse(response: ServerResponse, status: number, error: ChatError): void {
  response.setHeader('connection', 'close');
  answer(response, status, { errors: [error] });
}
