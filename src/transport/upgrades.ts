import { IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import type { WebSocketServer } from 'ws';
import { parsedUrl } from '../base/text.ts';
import type { Config } from '../config.ts';
import { isAllowedOrigin, isOwnPage } from './origins.ts';

/**
 * A request that Node.js treats as an upgrade only if it asks for a WebSocket. Any other offer of an upgrade (such as h2c from
 * `curl --http2`) is ignored, as RFC 9110, 7.8 allows, and the request is answered normally. By default, Node.js would pass
 * every offer to the listener of `upgrade` and not read the body. It decides by the property `upgrade` (node:_http_server,
 * parserOnIncoming). `shouldUpgradeCallback` would do the same, but exists only since Node.js 24.
 */
export class PlainUnlessWebSocket extends IncomingMessage {
  // Not initialised here: the constructor of the parent class calls the setter.
  declare private offersUpgrade: boolean | null;

  get upgrade(): boolean {
    const isWebSocket = this.headers.upgrade?.toLowerCase() === 'websocket';
    return this.offersUpgrade === true && (isWebSocket || this.method === 'CONNECT');
  }

  set upgrade(offersUpgrade: boolean | null) {
    this.offersUpgrade = offersUpgrade;
  }
}

/**
 * Returns whether a proxy removed headers of a WebSocket handshake: a complete handshake would arrive as an upgrade, not
 * as a request.
 */
export function isCutHandshake({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && 'sec-websocket-key' in headers;
}

interface UpgradeOptions {
  server: WebSocketServer;
  path: string;
  allowedOrigins: Config['corsOrigins'];
  log: Logger;
}

/**
 * Accepts WebSockets at one path, from pages of allowed origins. The returned function makes it refuse all WebSockets
 * from then on.
 */
export function acceptUpgrades(http: Server, { server, path, allowedOrigins, log }: UpgradeOptions): () => void {
  let isAccepting = true;
  const accept = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (!isAccepting) return refuse(socket, 503, 'The server is stopping.');
    if (request.url !== path && parsedUrl(request.url ?? '', 'http://parley')?.pathname !== path) {
      return refuse(socket, 404, `Not found. GraphQL is at ${path}.`);
    }
    if (!isAllowedOrigin(request.headers.origin, allowedOrigins) && !isOwnPage(request.headers)) {
      return refuse(socket, 403, 'This origin is not allowed to use the API. See CORS_ORIGINS.');
    }
    server.handleUpgrade(request, socket, head, (webSocket) => server.emit('connection', webSocket, request));
  };
  http.on('upgrade', (request, socket, head) => {
    if (socket.destroyed) return;
    try {
      accept(request, socket, head);
    } catch (error) {
      log.error({ err: error }, 'failed to open a WebSocket');
      socket.destroy();
    }
  });
  return () => {
    isAccepting = false;
  };
}

/** Answers and closes the connection. */
function refuse(socket: Duplex, status: number, message: string): void {
  // Without this listener, the error of a peer that has hung up would end the process.
  socket.on('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy());
  const body = JSON.stringify({ error: message });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end([...head, '', body].join('\r\n'));
}
