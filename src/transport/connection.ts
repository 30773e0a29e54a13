import type { IncomingMessage } from 'node:http';
import { CloseCode, type Context as Protocol, type Server } from 'graphql-ws';
import type { Logger } from 'pino';
import { WebSocket } from 'ws';
import { rateLimited } from '../base/errors.ts';
import type { Context } from '../graphql/context.ts';
import type { Credentials } from '../sessions/authenticate.ts';
import type { Chaos } from './chaos.ts';
import { closeSocket } from './close-socket.ts';
import { Executions } from './executions.ts';
import { textFrame } from './frames.ts';
import { Inbox } from './inbox.ts';
import { type Message, OperationQueue } from './operation-queue.ts';
import { Outbox } from './outbox.ts';
import { answerPings } from './ping-answers.ts';
import { isUnwanted } from './unwanted.ts';

export type ConnectionProtocol = Protocol<Record<string, unknown>, Connection>;

/**
 * The close code after a fault of the server. The usual clients then reconnect and resume; after 1011 and 4500 they would
 * give up.
 */
export const faultCode = 1013;
/** How long the operations of a connection whose session has ended have to send their last results. */
const lastResultsMs = 1000;
/** How long a peer has to answer a close frame. */
export const closeTimeoutMs = 2000;

interface ConnectionOptions {
  webSocket: WebSocket;
  request: IncomingMessage;
  log: Logger;
}

/** One WebSocket, for as long as it is open. */
export class Connection {
  readonly outbox: Outbox;
  readonly executions: Executions;
  readonly acceptLanguage: string | undefined;
  /** Set once the connection is initialised. */
  credentials?: Credentials;
  context?: Context;
  /** Makes faults, if the client has asked for them. */
  chaos?: Chaos;
  /** Settles when the credentials that were sent last are in use or refused. */
  renewal: Promise<unknown> = Promise.resolve();
  /** The users who have signed in on it. */
  readonly users: string[] = [];
  readonly #webSocket: WebSocket;
  readonly #log: Logger;
  readonly #inbox: Inbox;
  readonly #queue: OperationQueue;
  #deliver: (message: Message) => Promise<void> = async () => {};
  #endOperations: (code: number, reason: string) => Promise<void> = async () => {};
  #closers: (() => void)[] = [];
  #isHalted = false;
  #isEnding = false;
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
    // A peer may close its own side, without a close frame, and read nothing more.
    request.socket.once('end', () => this.#end(1006, ''));
  }

  /** Whether operations may be executed: false from the moment at which the connection begins to close. */
  get isOpen(): boolean {
    return !this.#isHalted && this.#webSocket.readyState === WebSocket.OPEN;
  }

  /** Passes the messages to graphql-ws, which implements the protocol. */
  serve(protocol: Server<Connection>): void {
    const { protocol: subprotocol } = this.#webSocket;
    this.#endOperations = protocol.opened(
      {
        protocol: subprotocol,
        send: (text) => this.#send(text),
        close: (code = CloseCode.BadRequest, reason = '') => this.close(code, reason),
        onMessage: (deliver) => {
          // Parsed once: graphql-ws accepts parsed messages (see its parseMessage), though its types do not say so.
          this.#deliver = (message) => deliver(message as string);
        },
      },
      this,
    );
  }

  /** Closes the socket and ends its operations. Further messages of the peer are ignored. */
  close(code: number, reason: string): void {
    closeSocket(this.#webSocket, code, reason);
    this.#end(code, reason);
  }

  /**
   * Closes the connection, whose session has ended, when its operations have sent their last results, such as ENDED. To a
   * peer that does not read, they cannot be sent: it waits for a moment only.
   */
  closeAfterLastResults(code: number, reason: string): void {
    this.halt();
    const close = () => {
      clearTimeout(timer);
      this.close(code, reason);
    };
    const timer = setTimeout(close, lastResultsMs);
    void this.#queue.ended().then(close);
  }

  /** Closes the TCP connection without a close frame. */
  cut(): void {
    this.#webSocket.terminate();
  }

  /** Accepts no more messages. Resolves when the operations under way have been answered. */
  finish(): Promise<void> {
    this.#inbox.close();
    this.#queue.close();
    return this.#queue.answered();
  }

  /** Executes nothing more from now on. */
  halt(): void {
    this.#isHalted = true;
    this.#inbox.close();
    this.#queue.close();
    this.executions.close();
  }

  /** Notes that a subscription has started: from now on it sends its results itself, when there is room. */
  wentLive(operationId: string): void {
    this.executions.leave(operationId);
    this.#queue.wentLive(operationId);
  }

  /** Calls `listener` when the connection is closed; at once if it is. */
  onClose(listener: () => void): void {
    if (this.#webSocket.readyState === WebSocket.CLOSED) listener();
    else this.#closers.push(listener);
  }

  /** Lets other connections have their turn before the next message; called after a message that took much work. */
  rest(): void {
    this.#inbox.rest();
  }

  /** Counts a useless message, and closes the connection of a peer that floods. */
  countUseless(): void {
    this.#queue.countUseless();
  }

  #send(text: string): Promise<void> | undefined {
    if (!this.outbox.isOpen || isUnwanted(text)) return;
    this.outbox.gather();
    // One write with one buffer; `WebSocket.send` would make two, and several objects.
    this.outbox.write(textFrame(text));
    // An operation counts as under way until its client has read its result.
    return this.outbox.hasRoomFor(0) ? undefined : this.outbox.drained();
  }

  #refuse(id: string): void {
    const error = rateLimited('Too many operations are in progress on this connection.');
    void this.#send(JSON.stringify({ id, type: 'error', payload: [error] }));
  }

  #end(code: number, reason: string): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    if (this.#webSocket.readyState !== WebSocket.CLOSED) {
      this.#timer = setTimeout(() => this.#webSocket.terminate(), closeTimeoutMs);
    }
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
    for (const close of closers) this.#contain(close);
  }

  #take(text: string): void {
    this.#contain(() => this.#queue.receive(text));
  }

  /** Does work that a peer causes; an error closes this socket alone. */
  #contain(work: () => void): void {
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
