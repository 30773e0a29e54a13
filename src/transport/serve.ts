import type { AddressInfo } from 'node:net';
import type { GraphQLSchema } from 'graphql';
import type { Opening } from '../base/opening.ts';
import { documentCache } from '../execution/document-cache.ts';
import { executeOperation } from '../execution/execute-operation.ts';
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
import { httpContexts } from './http-contexts.ts';
import { listen } from './listen.ts';
import { page } from './page.ts';
import { plainOperations } from './plain-operations.ts';
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
  onClose(() => unread.close());
  const contextOf = httpContexts(contextFor);
  const execute = unread.whenRoom(executeOperation);
  const yoga = yogaServer({ schema, contextOf, mask, documents, streams, execute });
  const prepare = preparation(() => yoga.getEnveloped({}), documents);
  const { http, connections } = httpServer({
    operations: plainOperations({ url: graphqlPath, yoga, prepare, contextOf, execute }),
    graphiql: graphiql(),
    page: page(),
    readiness,
    metrics,
    log,
    corsOrigins: config.corsOrigins,
  });
  http.on('connection', (socket) => unread.watch(socket));
  const renderer = new ValueRenderer({ mask, metrics });
  const sockets = openWebSockets({
    http,
    allowedOrigins: config.corsOrigins,
    prepare,
    contextFor,
    mask,
    log,
    unread,
    faults: config.chaos ? metrics.chaosFaults : null,
    sharing: { events: new EventRenderings(renderer), states: new StateRenderings(renderer), audiences },
  });
  onClose(() =>
    everyStep(
      () => streams.close(),
      () => connections.drain(drainMs),
      () => sockets.close(drainMs),
    ),
  );
  await listen(http, config);
  return `http://${hostInUrl(config.host)}:${(http.address() as AddressInfo).port}${graphqlPath}`;
}

function hostInUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
