import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GraphQLSchema } from 'graphql';
import type { Opening } from '../base/opening.ts';
import type { Config } from '../config.ts';
import { documentCache } from '../execution/document-cache.ts';
import { masking } from '../execution/masking.ts';
import { preparation } from '../execution/preparation.ts';
import type { Audiences } from '../live/audiences.ts';
import type { RoomEvent } from '../log/events/kinds.ts';
import type { ContextFor } from '../sessions/context-for.ts';
import { EventRenderings } from '../sharing/event-renderings.ts';
import { StateRenderings } from '../sharing/state-renderings.ts';
import { ValueRenderer } from '../sharing/value-renderer.ts';
import { EventStreams } from './event-streams.ts';
import { everyStep } from './every-step.ts';
import { graphiql } from './graphiql.ts';
import { httpServer } from './http.ts';
import type { Readiness } from './readiness.ts';
import { UnreadBytes } from './unread-bytes.ts';
import { openWebSockets } from './websocket.ts';
import { graphqlPath, yogaServer } from './yoga.ts';

interface ServeOptions {
  schema: GraphQLSchema;
  contextFor: ContextFor;
  readiness: Readiness;
  audiences: Audiences<RoomEvent>;
}

/**
 * How many connections may wait to be accepted: all clients of a node reconnect at once after a network failure, and a
 * client that finds no room retries only after one second, then three. On Linux, net.core.somaxconn is the upper limit.
 */
const backlog = 65_535;

/**
 * How long requests under way may still take when the server stops. Everything else is closed after that; Docker kills a
 * process that has not ended after 10 s.
 */
const drainMs = 7000;

/**
 * Serves GraphQL over HTTP, SSE and WebSocket at one port. Returns its address, such as `http://127.0.0.1:4000/graphql`.
 * When it closes, it answers the requests that are under way and accepts no others.
 */
export async function serve(opening: Opening, options: ServeOptions): Promise<string> {
  const { config, metrics, log, onClose } = opening;
  const { schema, contextFor, readiness, audiences } = options;
  const mask = masking(log);
  const documents = documentCache();
  const streams = new EventStreams((error) => log.error({ err: error }, 'fault in an event stream'));
  const unread = new UnreadBytes({ metrics, log });
  const yoga = yogaServer({ schema, contextFor, mask, documents, streams, unread });
  const { http, connections } = httpServer({
    yoga,
    graphiql: graphiql(),
    readiness,
    metrics,
    log,
    corsOrigins: config.corsOrigins,
  });
  http.on('connection', (socket) => unread.watch(socket));
  const renderer = new ValueRenderer({ mask, metrics });
  const prepare = preparation(() => yoga.getEnveloped({}), documents);
  await listen(http, config);
  const sockets = openWebSockets({
    http,
    allowedOrigins: config.corsOrigins,
    prepare,
    contextFor,
    mask,
    log,
    unread,
    sharing: { events: new EventRenderings(renderer), states: new StateRenderings(renderer), audiences },
  });
  onClose(() =>
    everyStep(
      () => streams.close(),
      () => connections.drain(drainMs),
      () => sockets.close(drainMs),
    ),
  );
  return `http://${hostInUrl(config.host)}:${(http.address() as AddressInfo).port}${graphqlPath}`;
}

/** Rejects with one line that says what to change. */
async function listen(http: Server, { host, port }: Pick<Config, 'host' | 'port'>): Promise<void> {
  http.listen({ port, host, backlog });
  await once(http, 'listening').catch((error: Error) => {
    throw new Error(`Cannot listen at ${host}:${port}: ${error.message}. Check HOST and PORT.`, { cause: error });
  });
}

function hostInUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
