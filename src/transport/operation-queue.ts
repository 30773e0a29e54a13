import { CloseCode } from 'graphql-ws';
import { limits } from '../base/limits.ts';
import { Flood } from './flood.ts';

interface Operation {
  length: number;
  isCompleted: boolean;
  /** Whether it is a subscription that has started: nothing more of it is waited for. */
  isLive: boolean;
  /** A Subscribe with the same id that came after the client's Complete. */
  next: Request | null;
}

interface Request {
  message: Message;
  length: number;
}

/** A message as graphql-ws takes it: parsed, or the text of what is no JSON object. */
export type Message = { type?: unknown; id?: unknown } | string;

export interface OperationQueueOptions {
  /** Resolves when what the message started has ended; never rejects. */
  deliver: (message: Message) => Promise<void>;
  /** Answers an operation that is one too many. */
  refuse: (id: string) => void;
  /** Called when an operation has ended and been answered. */
  ended: (id: string) => void;
  close: (code: number, reason: string) => void;
}

/** Characters that the operations under way may have together; each is kept until it ends. Something always fits. */
const operationsMaxLength = 512 * 1024;
/** The length of a ping whose payload comes back; the protocol leaves that to us, and a large one is work for nothing. */
const echoedLength = 1024;
/** What only a server sends; graphql-ws would take it for a fault of its own. */
const notForServers: ReadonlySet<unknown> = new Set(['connection_ack', 'next', 'error']);

/**
 * What a client has under way on its connection: counts it, and refuses what is too much.
 *
 * Lets a client use an operation id again as soon as it has sent Complete, as the protocol allows: a Subscribe waits here
 * until the operation that had its id has really ended. Without this, graphql-ws ends the new one in place of the old
 * (seen with 6.4.2, when both messages come in one TCP segment).
 */
export class OperationQueue {
  readonly #options: OperationQueueOptions;
  readonly #operations = new Map<string, Operation>();
  readonly #flood = new Flood();
  #length = 0;
  /** Operations that ended before their client could say Complete: one that is on its way is not useless. */
  #endedByServer = 0;
  #onAnswered: (() => void) | null = null;
  #isClosed = false;

  constructor(options: OperationQueueOptions) {
    this.#options = options;
  }

  receive(text: string): void {
    if (this.#isClosed) return;
    const message = parsed(text);
    const { type, id } = typeof message === 'string' ? {} : message;
    if (typeof id === 'string' && type === 'subscribe') this.#subscribe(id, { message, length: text.length });
    else if (typeof id === 'string' && type === 'complete') this.#complete(id, message);
    else if (notForServers.has(type)) this.#options.close(CloseCode.BadRequest, `A client sends no ${String(type)}`);
    else {
      if (type === 'ping' || type === 'pong') this.countUseless();
      void this.#options.deliver(type === 'ping' && text.length > echoedLength ? { type } : message);
    }
  }

  /** Counts what the client sent for nothing, and closes the connection of one that floods. */
  countUseless(): void {
    if (this.#flood.note()) this.#options.close(CloseCode.TooManyInitialisationRequests, 'Too many useless messages');
  }

  /** A subscription has started, and goes on by itself. */
  wentLive(id: string): void {
    const operation = this.#operations.get(id);
    if (operation) operation.isLive = true;
    this.#tellIfAnswered();
  }

  /** Resolves when all but subscriptions has been answered. */
  answered(): Promise<void> {
    return new Promise((resolve) => {
      this.#onAnswered = resolve;
      this.#tellIfAnswered();
    });
  }

  /** Nothing more is started. */
  close(): void {
    this.#isClosed = true;
    for (const operation of this.#operations.values()) operation.next = null;
  }

  #subscribe(id: string, request: Request): void {
    const operation = this.#operations.get(id);
    const isReplacing = operation?.isCompleted && operation.next === null;
    if (operation && !isReplacing) {
      this.#options.close(CloseCode.SubscriberAlreadyExists, `Subscriber for ${id} already exists`);
    } else if (!this.#hasRoomFor(request, operation)) {
      this.#options.refuse(id);
      this.countUseless();
    } else {
      this.#length += request.length;
      if (operation) operation.next = request;
      else void this.#run(id, request);
    }
  }

  #hasRoomFor({ length }: Request, replaced: Operation | undefined): boolean {
    const others = this.#operations.size - (replaced ? 1 : 0);
    if (others === 0) return true;
    return others < limits.subscriptionsPerConnection && this.#length + length <= operationsMaxLength;
  }

  #complete(id: string, message: Message): void {
    const operation = this.#operations.get(id);
    if (!operation) {
      if (this.#endedByServer > 0) this.#endedByServer -= 1;
      else this.countUseless();
      void this.#options.deliver(message);
    } else if (operation.isCompleted) {
      this.countUseless(); // what it takes back has not begun, or there is nothing to take back
      this.#length -= operation.next?.length ?? 0;
      operation.next = null;
    } else {
      operation.isCompleted = true;
      void this.#options.deliver(message);
    }
  }

  async #run(id: string, first: Request): Promise<void> {
    for (let request: Request | null = first; request !== null; ) {
      const operation: Operation = { length: request.length, isCompleted: false, isLive: false, next: null };
      this.#operations.set(id, operation);
      await this.#options.deliver(request.message);
      this.#options.ended(id);
      this.#length -= operation.length;
      if (!operation.isCompleted) this.#endedByServer += 1;
      request = operation.next;
    }
    this.#operations.delete(id);
    this.#tellIfAnswered();
  }

  #tellIfAnswered(): void {
    if (this.#onAnswered && [...this.#operations.values()].every(({ isLive }) => isLive)) this.#onAnswered();
  }
}

function parsed(text: string): Message {
  try {
    const message = JSON.parse(text) as object | null;
    return typeof message === 'object' && message !== null ? message : text;
  } catch {
    return text;
  }
}
