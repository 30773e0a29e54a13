import { IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import type { WebSocketServer } from 'ws';
import { parsedUrl } from '../base/text.ts';
import type { Config } from '../config.ts';
import { isAllowedOrigin, isOwnPage } from './origins.ts';

/**
 * A request that is an upgrade only if it asks for a WebSocket. Any other offer (h2c, as `curl --http2` makes it) is
 * ignored, and the request is answered as if it had none, body and all (RFC 9110, 7.8). With a listener for `upgrade`,
 * Node.js hands every offer to that and reads no body. It looks at this property first (node:_http_server,
 * parserOnIncoming); `shouldUpgradeCallback` would do the same, but only Node.js 24 has it.
 */
export class PlainUnlessWebSocket extends IncomingMessage {
  // Not initialised: the setter is called by the constructor of the class above.
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
 * Whether a request was to open a WebSocket, and a proxy kept the headers that ask for that: what is an upgrade comes by
 * another way.
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

/** Lets WebSockets in at one path, from pages of allowed origins. Returns what turns away all that come from then on. */
export function acceptUpgrades(http: Server, { server, path, allowedOrigins, log }: UpgradeOptions): () => void {
  let isAccepting = true;
  const accept = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (!isAccepting) return refuse(socket, 503, 'The server is stopping.');
    if (parsedUrl(request.url ?? '', 'http://parley')?.pathname !== path) {
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

/** Answers and hangs up. */
function refuse(socket: Duplex, status: number, message: string): void {
  // Nobody else listens: without this, a peer that is gone already would end the process.
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
