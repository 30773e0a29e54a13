import type { WebSocket, WebSocketServer } from 'ws';

/** How often a connection is pinged. */
const intervalMs = 12_000;
/** Pings that may go unanswered; a peer that is silent for longer, a minute, is taken for dead. One that has only stopped
 * reading for a while answers late, and is not to be cut off for that. */
const patience = 5;

/** Pings all connections of a server and ends dead ones, with one timer for all. Returns what stops it. */
export function keepAlive(server: WebSocketServer): () => void {
  const unanswered = new WeakMap<WebSocket, number>();
  server.on('connection', (webSocket) => webSocket.on('pong', () => unanswered.delete(webSocket)));
  const timer = setInterval(() => {
    for (const webSocket of server.clients) {
      const pings = unanswered.get(webSocket) ?? 0;
      unanswered.set(webSocket, pings + 1);
      if (pings >= patience) webSocket.terminate();
      else if (webSocket.readyState === webSocket.OPEN) webSocket.ping();
    }
  }, intervalMs).unref();
  return () => clearInterval(timer);
}
