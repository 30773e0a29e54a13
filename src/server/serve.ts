import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { Context } from '../context.ts';
import type { Credentials } from '../sessions/authenticate.ts';
import { graphqlPath, httpServer, type Readiness, yogaServer } from './http.ts';
import { masking } from './masking.ts';
import { preparation } from './preparation.ts';
import { openWebSockets } from './websocket.ts';

interface ServeOptions {
  config: Pick<Config, 'host' | 'port' | 'corsOrigins'>;
  schema: GraphQLSchema;
  /** Throws UNAUTHENTICATED. */
  contextFor: (credentials: Credentials) => Promise<Context>;
  readiness: Readiness;
  log: Logger;
}

export interface Serving {
  /** Of GraphQL, such as `http://127.0.0.1:4000/graphql`. */
  url: string;
  /** Ends every connection of a session on this node. */
  endSession(sessionId: string): void;
  close(): Promise<void>;
}

/** Serves GraphQL over HTTP, SSE and WebSocket at one port. */
export async function serve({ config, schema, contextFor, readiness, log }: ServeOptions): Promise<Serving> {
  const mask = masking(log);
  const yoga = yogaServer({ schema, contextFor, mask, corsOrigins: config.corsOrigins });
  const http = httpServer(yoga, readiness, log);
  const prepare = preparation(() => yoga.getEnveloped({}));
  const sockets = openWebSockets({ http, prepare, contextFor, mask, log });

  http.listen(config.port, config.host);
  await once(http, 'listening');
  return {
    url: `http://${hostInUrl(config.host)}:${(http.address() as AddressInfo).port}${graphqlPath}`,
    endSession: (sessionId) => sockets.endSession(sessionId),
    close: async () => {
      const closed = closeHttp(http);
      await sockets.close();
      await closed;
    },
  };
}

function hostInUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

async function closeHttp(http: Server): Promise<void> {
  const closed = once(http, 'close');
  http.close();
  http.closeAllConnections();
  await closed;
}
