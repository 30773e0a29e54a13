import type { IncomingMessage } from 'node:http';
import { CloseCode, type Context as Protocol, type Server } from 'graphql-ws';
import type { Logger } from 'pino';
import { WebSocket } from 'ws';
import { rateLimited } from '../base/errors.ts';
import type { Context } from '../graphql/context.ts';
import type { Credentials } from '../sessions/authenticate.ts';
import { closeSocket } from './close-socket.ts';
import { Executions } from './executions.ts';
import { Inbox } from './inbox.ts';
import { type Message, OperationQueue } from './operation-queue.ts';
import { Outbox } from './outbox.ts';
import { answerPings } from './ping-answers.ts';

export type ConnectionProtocol = Protocol<Record<string, unknown>, Connection>;

/** A fault of the server, for which stock clients connect again and resume: for 1011 and 4500 they give up. */
const faultCode = 1013;
/** How long a peer has to answer a close frame. */
export const closeTimeoutMs = 2000;

interface ConnectionOptions {
  webSocket: WebSocket;
  request: IncomingMessage;
  log: Logger;
}

/** What belongs to one WebSocket, for as long as it is open. */
export class Connection {
  readonly outbox: Outbox;
  readonly executions: Executions;
  readonly acceptLanguage: string | undefined;
  /** Once initialised. */
  credentials?: Credentials;
  context?: Context;
  /** Who has signed in on it. */
  readonly users: string[] = [];
  readonly #webSocket: WebSocket;
  readonly #log: Logger;
  readonly #inbox: Inbox;
  readonly #queue: OperationQueue;
  #deliver: (message: Message) => Promise<void> = async () => {};
  #endOperations: (code: number, reason: string) => Promise<void> = async () => {};
  #closers: (() => void)[] = [];
  #isHalted = false;
  #timer: NodeJS.Timeout | null = null;

  constructor({ webSocket, request, log }: ConnectionOptions) {
    this.#webSocket = webSocket;
    this.#log = log;
    this.acceptLanguage = request.headers['accept-language'];
    this.outbox = new Outbox(webSocket);
    this.executions = new Executions(this.outbox);
    this.#queue = new OperationQueue({
      deliver: (message) => this.#deliver(message).catch((error: unknown) => this.#fault(error)),
      refuse: (id) => this.#refuse(id),
      ended: (id) => this.executions.leave(id),
      close: (code, reason) => this.close(code, reason),
    });
    this.#inbox = new Inbox({ webSocket, outbox: this.outbox, take: (text) => this.#take(text) });
    webSocket.on('message', (message: Buffer) => this.#inbox.receive(message));
    webSocket.on('ping', () => this.countUseless());
    answerPings(webSocket, this.outbox);
    webSocket.on('error', (error) => {
      log.debug({ err: error }, 'WebSocket');
      this.#end(1006, '');
    });
    webSocket.once('close', (code, reason) => this.#closed(code, String(reason)));
    // A peer may hang up its own side, without a close frame, and read no more.
    request.socket.once('end', () => this.#end(1006, ''));
  }

  /** Whether operations may be executed: not from the moment on at which it begins to close. */
  get isOpen(): boolean {
    return !this.#isHalted && this.#webSocket.readyState === WebSocket.OPEN;
  }

  /** Hands the messages to graphql-ws, which keeps the protocol. */
  serve(protocol: Server<Connection>): void {
    const { protocol: subprotocol } = this.#webSocket;
    this.#endOperations = protocol.opened(
      {
        protocol: subprotocol,
        send: (text) => this.#send(text),
        close: (code = CloseCode.BadRequest, reason = '') => this.close(code, reason),
        onMessage: (deliver) => {
          // Parsed once: graphql-ws takes what is no text as it is (its parseMessage), though it does not say so here.
          this.#deliver = (message) => deliver(message as string);
        },
      },
      this,
    );
  }

  /** Closes the socket and ends what runs on it. Nothing more that the peer sends is looked at. */
  close(code: number, reason: string): void {
    closeSocket(this.#webSocket, code, reason);
    this.#end(code, reason);
  }

  /** Ends it without a word. */
  cut(): void {
    this.#webSocket.terminate();
  }

  /** Takes no more messages from here on. Resolves when what is under way has been answered. */
  finish(): Promise<void> {
    this.#inbox.close();
    this.#queue.close();
    return this.#queue.answered();
  }

  /** Executes nothing more from here on. */
  halt(): void {
    this.#isHalted = true;
    this.#inbox.close();
    this.#queue.close();
    this.executions.close();
  }

  /** A subscription has started: from here on it goes on by itself, and asks for room by itself. */
  wentLive(operationId: string): void {
    this.executions.leave(operationId);
    this.#queue.wentLive(operationId);
  }

  /** Calls `listener` when the peer is gone; at once if it is. */
  onClose(listener: () => void): void {
    if (this.#webSocket.readyState === WebSocket.CLOSED) listener();
    else this.#closers.push(listener);
  }

  /** Lets others have their turn before the next message is taken, after one that was much work. */
  rest(): void {
    this.#inbox.rest();
  }

  /** Counts what the peer sent for nothing, and closes the connection of one that floods. */
  countUseless(): void {
    this.#queue.countUseless();
  }

  #send(text: string): Promise<void> | undefined {
    if (!this.outbox.isOpen) return;
    this.outbox.gather();
    this.#webSocket.send(text);
    // An operation is under way until its client has read on, and only so many may be.
    return this.outbox.hasRoomFor(0) ? undefined : this.outbox.drained();
  }

  #refuse(id: string): void {
    const error = rateLimited('Too many operations are in progress on this connection.');
    void this.#send(JSON.stringify({ id, type: 'error', payload: [error] }));
  }

  #end(code: number, reason: string): void {
    if (this.#timer) return;
    this.#timer = setTimeout(() => this.#webSocket.terminate(), closeTimeoutMs);
    this.halt();
    this.#endOperations(code, reason).catch((error: unknown) =>
      this.#log.error({ err: error }, 'failed to close a connection'),
    );
  }

  #closed(code: number, reason: string): void {
    this.#end(code, reason);
    if (this.#timer) clearTimeout(this.#timer);
    const closers = this.#closers;
    this.#closers = [];
    for (const close of closers) this.#own(close);
  }

  #take(text: string): void {
    this.#own(() => this.#queue.receive(text));
  }

  /** Calls what a peer can reach, and owns its errors: they close this one socket. */
  #own(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#fault(error);
    }
  }

  #fault(error: unknown): void {
    this.#log.error({ err: error }, 'fault in a WebSocket operation');
    this.close(faultCode, 'Internal server error');
  }
}
