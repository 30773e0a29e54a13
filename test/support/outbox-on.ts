import type { Writable } from 'node:stream';
import { WebSocket } from 'ws';
import { Outbox } from '../../src/transport/outbox.ts';

/** Returns the outbox of a WebSocket whose frames go to this stream. */
export function outboxOn(tcp: Writable, readyState: WebSocket['readyState'] = WebSocket.OPEN): Outbox {
  const webSocket = { extensions: '', readyState, _socket: tcp };
  return new Outbox(webSocket);
}
