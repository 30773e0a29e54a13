import type { WebSocket, WebSocketServer } from 'ws';

/** How often a connection is pinged; one that has not answered by the next time is taken for dead. */
const intervalMs = 12_000;

/** Pings all connections of a server and ends dead ones, with one timer for all. Returns what stops it. */
export function keepAlive(server: WebSocketServer): () => void {
  const silent = new WeakSet<WebSocket>();
  server.on('connection', (webSocket) => webSocket.on('pong', () => silent.delete(webSocket)));
  const timer = setInterval(() => {
    for (const webSocket of server.clients) {
      if (silent.has(webSocket)) {
        webSocket.terminate();
        continue;
      }
      silent.add(webSocket);
      if (webSocket.readyState === webSocket.OPEN) webSocket.ping();
    }
  }, intervalMs).unref();
  return () => clearInterval(timer);
}
