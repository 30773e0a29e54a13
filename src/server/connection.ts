import type { IncomingMessage } from 'node:http';
import { CloseCode, type Context as Protocol, type Server } from 'graphql-ws';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import type { Context } from '../context.ts';
import { Outbox } from '../live/outbox.ts';
import type { Credentials } from '../sessions/authenticate.ts';
import { type Message, OperationQueue } from './operation-queue.ts';

/** What belongs to one WebSocket, for as long as it is open. */
export interface Connection {
  request: IncomingMessage;
  outbox: Outbox;
  close: (code: number, reason: string) => void;
  /** Once initialised. */
  credentials?: Credentials;
  context?: Context;
  /** Who has signed in on it. */
  users: Set<string>;
}

export type ConnectionProtocol = Protocol<Record<string, unknown>, Connection>;

/** Hands a WebSocket to graphql-ws, which keeps the protocol. */
export function serveConnection(
  protocol: Server<Connection>,
  { webSocket, request, log }: { webSocket: WebSocket; request: IncomingMessage; log: Logger },
): void {
  const outbox = new Outbox(webSocket);
  const close = (code: number, reason: string) => webSocket.close(code, reason);
  const closed = protocol.opened(
    {
      protocol: webSocket.protocol,
      send: (data) => {
        if (webSocket.readyState !== webSocket.OPEN) return;
        outbox.gather();
        webSocket.send(data);
        // An operation is under way until its client has read on, and only so many may be.
        return outbox.hasRoomFor(0) ? undefined : outbox.drained();
      },
      close: (code = CloseCode.InternalServerError, reason = '') => close(code, reason),
      onMessage: (deliver) => {
        // Parsed once: graphql-ws takes what is no text as it is (its parseMessage), though it does not say so here.
        const safely = (message: Message) =>
          deliver(message as string).catch((error: unknown) => {
            log.error({ err: error }, 'fault in a WebSocket operation');
            close(CloseCode.InternalServerError, 'Internal server error');
          });
        const queue = new OperationQueue(safely, close);
        webSocket.on('message', (message: Buffer) => queue.receive(message.toString()));
      },
    },
    { request, outbox, close, users: new Set() },
  );
  webSocket.on('error', (error) => log.debug({ err: error }, 'WebSocket'));
  webSocket.once('close', (code, reason) => {
    closed(code, String(reason)).catch((error: unknown) => log.error({ err: error }, 'fault while closing'));
  });
}
