import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { WebSocket } from 'ws';
import type { Connection } from './connection.ts';
import { eachApart } from './each-apart.ts';
import { WriteProgress } from './write-progress.ts';

/** How often the server pings a WebSocket, and writes a comment into an event stream: proxies close idle connections. */
export const keepAliveMs = 12_000;
/**
 * The number of groups of connections, which are pinged in turn: ten thousand pings at once would block the event loop
 * for a third of a second.
 */
const turns = 48;
/**
 * How many pings in a row a peer may leave unanswered, within a minute, before it is considered dead. A peer that only
 * stops reading for a while answers late, and must not be cut for that.
 */
const patience = 5;

/** A WebSocket, as far as pings need it. */
interface Pinged extends Pick<WebSocket, 'readyState'> {
  ping(): void;
  terminate(): void;
  on(event: 'pong', listener: () => void): unknown;
}

/** The connection that a WebSocket serves, and its TCP socket. */
interface ConnectionParts {
  connection: Pick<Connection, 'onClose' | 'countUseless'>;
  socket: Pick<Socket, 'bytesWritten' | 'writableLength'>;
}

export interface KeepAlive {
  /** Pings the connection until it is closed, and cuts it when its peer is dead. */
  watch(webSocket: Pinged, parts: ConnectionParts): void;
  stop(): void;
}

interface Peer {
  webSocket: Pinged;
  progress: WriteProgress;
  unanswered: number;
  /** How many answers to earlier pings may still arrive. */
  due: number;
}

/** Pings all connections of a server and cuts dead ones, with one timer for all. */
export function keepAlive(log: Logger): KeepAlive {
  const groups = Array.from({ length: turns }, () => new Set<Peer>());
  let connections = 0;
  let turn = 0;
  const timer = setInterval(() => {
    turn = (turn + 1) % turns;
    eachApart(groups[turn] ?? [], look, (error, peer) => {
      log.error({ err: error }, 'failed to ping');
      peer.webSocket.terminate();
    });
  }, keepAliveMs / turns).unref();
  return {
    watch: (webSocket, { connection, socket }) => {
      connections += 1;
      const group = groups[connections % turns];
      const peer: Peer = { webSocket, progress: new WriteProgress(socket), unanswered: 0, due: 0 };
      group?.add(peer);
      webSocket.on('pong', () => {
        if (peer.due === 0) return connection.countUseless();
        peer.due -= 1;
        peer.unanswered = 0;
      });
      connection.onClose(() => group?.delete(peer));
    },
    stop: () => clearInterval(timer),
  };
}

/** Pings a peer, or cuts it if it is dead: it answers no pings, and reads nothing of what waits for it. */
function look(peer: Peer): void {
  const { webSocket, progress } = peer;
  // Reading counts as an answer: a ping waits behind everything that the peer has not read, and a paused socket receives
  // no pong.
  if (progress.hasTaken()) peer.unanswered = 0;
  peer.unanswered += 1;
  if (peer.unanswered > patience) webSocket.terminate();
  else if (webSocket.readyState === WebSocket.OPEN) {
    peer.due += 1;
    webSocket.ping();
  }
}
