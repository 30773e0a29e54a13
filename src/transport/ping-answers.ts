import type { WebSocket } from 'ws';
import type { Outbox } from './outbox.ts';

/**
 * Answers the pings of a peer. While the peer reads nothing, only its last ping is answered (RFC 6455, 5.5.3). The automatic
 * answers of ws would cut a peer, without a close frame, after 60 pings in one read.
 */
export function answerPings(webSocket: WebSocket, outbox: Outbox): void {
  let last: Buffer | null = null;
  const answerLast = () => {
    if (last && outbox.isOpen) webSocket.pong(last);
    last = null;
  };
  webSocket.on('ping', (payload: Buffer) => {
    if (!outbox.isOpen) return;
    const isWaiting = last !== null;
    last = payload;
    if (isWaiting) return;
    outbox.gather();
    if (outbox.hasRoomFor(0)) answerLast();
    else void outbox.drained().then(answerLast);
  });
}
