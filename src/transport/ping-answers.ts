import type { WebSocket } from 'ws';
import type { Outbox } from './outbox.ts';

/**
 * Answers the pings of a peer; of those that come while it leaves unread what it was sent, only the last (RFC 6455,
 * 5.5.3). The answers that ws gives by itself cut a peer off, without a close frame, after 60 pings in one piece.
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
