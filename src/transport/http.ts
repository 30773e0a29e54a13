import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { badRequest } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import type { Metrics } from '../base/metrics.ts';
import type { Config } from '../config.ts';
import type { GraphiQL } from './graphiql.ts';
import { graphqlRoute } from './graphql-route.ts';
import { answer, refuse } from './http-answers.ts';
import { HttpConnections } from './http-connections.ts';
import { isPagePath, type Page } from './page.ts';
import type { Operations } from './plain-operations.ts';
import type { Readiness } from './readiness.ts';
import { pathReader } from './request-path.ts';
import { sendFile } from './static-files.ts';
import { PlainUnlessWebSocket } from './upgrades.ts';
import { graphqlPath } from './yoga.ts';

interface HttpServerOptions {
  operations: Operations;
  graphiql: GraphiQL;
  page: Page;
  corsOrigins: Config['corsOrigins'];
  readiness: Readiness;
  metrics: Metrics;
  log: Logger;
  deadlines?: Partial<typeof usualDeadlines>;
}

/**
 * How long a peer may take to send its request: a slow one occupies a connection for that long. Idle connections stay
 * open for longer than those of load balancers (usually 60 s); otherwise a load balancer would send requests on
 * connections that this server has just closed.
 */
const usualDeadlines = {
  headersTimeout: 15_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5000,
  keepAliveTimeout: 65_000,
  /** How long a peer may go without reading any of its answer. */
  writeDeadlineMs: 30_000,
};

type Route = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

/** Opens the HTTP server: GraphQL, health, metrics, and the files of GraphiQL and of the page. It does not listen yet. */
export function httpServer(options: HttpServerOptions) {
  const { log, deadlines } = options;
  const { writeDeadlineMs, ...timeouts } = { ...usualDeadlines, ...deadlines };
  const settings = { ...timeouts, maxHeaderSize: limits.headerBytes, IncomingMessage: PlainUnlessWebSocket };
  const http = createServer(settings, async (request, response) => {
    try {
      response.on('error', (error) => log.debug({ err: error }, 'HTTP response'));
      if (await connections.takeTurn(request, response)) await answerRequest(request, response);
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
  const answerRequest = router(routesOf(options, connections), options.page);
  return { http, connections };
}

function routesOf(options: HttpServerOptions, connections: HttpConnections): Record<string, Route> {
  const { graphiql, page, readiness, metrics } = options;
  const files = Object.entries({ ...graphiql.files, ...page.files }).map(([path, file]): [string, Route] => [
    path,
    (request, response) => sendFile(request, response, file),
  ]);
  return {
    [graphqlPath]: graphqlRoute(options),
    '/healthz': (_request, response) => answer(response, 200, { status: 'ok' }),
    '/readyz': async (_request, response) => {
      const { isReady, detail } = await readiness();
      if (connections.isDraining) return answer(response, 503, { status: 'draining' });
      answer(response, isReady ? 200 : 503, { status: isReady ? 'ready' : 'not ready', detail });
    },
    '/metrics': async (_request, response) => {
      response.writeHead(200, { 'content-type': metrics.contentType }).end(await metrics.print());
    },
    ...Object.fromEntries(files),
  };
}

function router(routes: Record<string, Route>, { html }: Page): Route {
  const pathOf = pathReader(graphqlPath);
  return (request, response) => {
    const path = pathOf(request);
    if (path === null) return refuse(response, 400, badRequest('The path or the Host header is not valid.'));
    const route = routes[path];
    if (route) return route(request, response);
    if (isPagePath(path)) return sendFile(request, response, html);
    answer(response, 404, { error: `Not found. GraphQL is at ${graphqlPath}.` });
  };
}
