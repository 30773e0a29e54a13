import type { Server as HttpServer } from 'node:http';
import { handleProtocols } from 'graphql-ws';
import type { Logger } from 'pino';
import { WebSocketServer } from 'ws';
import { limits } from '../base/limits.ts';
import type { Config } from '../config.ts';
import { closeInSlices } from './close-in-slices.ts';
import { Connection, closeTimeoutMs } from './connection.ts';
import { keepAlive } from './keep-alive.ts';
import { acceptUpgrades } from './upgrades.ts';
import { graphqlProtocol, type ProtocolOptions } from './websocket-protocol.ts';
import { graphqlPath } from './yoga.ts';

interface WebSocketOptions extends ProtocolOptions {
  http: HttpServer;
  allowedOrigins: Config['corsOrigins'];
  log: Logger;
}

export interface WebSockets {
  /**
   * Refuses new connections, answers the operations that are under way and closes all connections, in slices. Resolves when
   * they are closed, after `withinMs` at the latest: connections that are still open then are cut.
   */
  close(withinMs?: number): Promise<void>;
}

/**
 * The most fragments of a message, and the most received pieces that wait for the rest of it. Each piece costs some hundred
 * bytes besides its content. The largest message, 256 KiB, has a few hundred pieces even with the smallest TCP segments.
 */
const pieces = { maxFragments: 256, maxBufferedChunks: 1024 };

/** Serves GraphQL over WebSocket (graphql-transport-ws), at the same path as over HTTP. */
export function openWebSockets(options: WebSocketOptions): WebSockets {
  const { http, allowedOrigins, log } = options;
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: limits.requestBytes,
    perMessageDeflate: false,
    autoPong: false, // see answerPings
    handleProtocols: (protocols) => handleProtocols(protocols),
    ...pieces,
    ...{ closeTimeout: closeTimeoutMs },
  });
  const protocol = graphqlProtocol(options);
  const connections = new Set<Connection>();
  const heartbeats = keepAlive(log);
  server.on('connection', (webSocket, request) => {
    const connection = new Connection({ webSocket, request, log });
    connections.add(connection);
    connection.onClose(() => connections.delete(connection));
    heartbeats.watch(webSocket, { connection, socket: request.socket });
    connection.serve(protocol);
  });
  server.on('error', (error) => log.error({ err: error }, 'WebSocket server'));
  const stopAccepting = acceptUpgrades(http, { server, path: graphqlPath, allowedOrigins, log });
  return {
    close: async (withinMs = 10_000) => {
      stopAccepting();
      await closeInSlices(connections, withinMs);
      heartbeats.stop();
    },
  };
}
