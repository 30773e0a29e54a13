import type { WebSocket, WebSocketServer } from 'ws';

/** How often a connection is pinged. */
const intervalMs = 12_000;
/** In how many turns all are: ten thousand pings at once would hold everybody up for a third of a second. */
const turns = 48;
/** Pings that may go unanswered; a peer that is silent for longer, a minute, is taken for dead. One that has only stopped
 * reading for a while answers late, and is not to be cut off for that. */
const patience = 5;

/** Pings all connections of a server and ends dead ones, with one timer for all. Returns what stops it. */
export function keepAlive(server: WebSocketServer): () => void {
  const unanswered = new WeakMap<WebSocket, number>();
  const groups = Array.from({ length: turns }, () => new Set<WebSocket>());
  let connections = 0;
  let turn = 0;
  server.on('connection', (webSocket) => {
    connections += 1;
    const group = groups[connections % turns]?.add(webSocket);
    webSocket.on('pong', () => unanswered.delete(webSocket));
    webSocket.once('close', () => group?.delete(webSocket));
  });
  const timer = setInterval(() => {
    turn = (turn + 1) % turns;
    for (const webSocket of groups[turn] ?? []) {
      const pings = unanswered.get(webSocket) ?? 0;
      unanswered.set(webSocket, pings + 1);
      if (pings >= patience) webSocket.terminate();
      else if (webSocket.readyState === webSocket.OPEN) webSocket.ping();
    }
  }, intervalMs / turns).unref();
  return () => clearInterval(timer);
}
