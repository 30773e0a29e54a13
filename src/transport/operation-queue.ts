import { CloseCode } from 'graphql-ws';
import { limits } from '../base/limits.ts';
import { Flood } from './flood.ts';

interface Operation {
  length: number;
  isCompleted: boolean;
  /** Whether it is a subscription that has started: closing does not wait for it. */
  isLive: boolean;
  /** A Subscribe with the same id that arrived after the client's Complete. */
  next: Request | null;
}

interface Request {
  message: Message;
  length: number;
}

/** A message as graphql-ws accepts it: parsed, or the text if it is not a JSON object. */
export type Message = { type?: unknown; id?: unknown } | string;

export interface OperationQueueOptions {
  /** Resolves when the operation that the message starts has ended; never rejects. */
  deliver: (message: Message) => Promise<void>;
  /** Answers an operation that exceeds the limits. */
  refuse: (id: string) => void;
  /** Called when an operation has ended and been answered. */
  ended: (id: string) => void;
  close: (code: number, reason: string) => void;
}

/**
 * The most characters of all operations under way together; their texts are kept until they end. A single operation
 * always fits.
 */
const operationsMaxLength = 512 * 1024;
/** Pings up to this length are answered with their payload. The protocol leaves that to the server. */
const echoedLength = 1024;
/** Messages that only a server sends; graphql-ws would treat them as its own error. */
const notForServers: ReadonlySet<unknown> = new Set(['connection_ack', 'next', 'error']);

/**
 * The operations that a client has under way on its connection. Counts them, and refuses those that exceed the limits.
 *
 * A client may use an operation id again as soon as it has sent Complete, as the protocol allows: a Subscribe waits here
 * until the operation with its id has ended. Without this, graphql-ws ends the new operation instead of the old one (seen
 * with 6.4.2, when both messages arrive in one TCP segment).
 */
export class OperationQueue {
  readonly #options: OperationQueueOptions;
  readonly #operations = new Map<string, Operation>();
  readonly #flood = new Flood();
  #length = 0;
  /** Operations that the server ended: a Complete for one of them may be on its way, and is not useless. */
  #endedByServer = 0;
  #onAnswered: (() => void) | null = null;
  #onEnded: (() => void) | null = null;
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

  /** Counts a useless message, and closes the connection of a client that floods. */
  countUseless(): void {
    if (this.#flood.note()) this.#options.close(CloseCode.TooManyInitialisationRequests, 'Too many useless messages');
  }

  /** Notes that a subscription has started: closing does not wait for it. */
  wentLive(id: string): void {
    const operation = this.#operations.get(id);
    if (operation) operation.isLive = true;
    this.#resolveIfAnswered();
  }

  /** Resolves when all operations except subscriptions have been answered. */
  answered(): Promise<void> {
    return new Promise((resolve) => {
      this.#onAnswered = resolve;
      this.#resolveIfAnswered();
    });
  }

  /** Resolves when no operation is under way. */
  ended(): Promise<void> {
    return new Promise((resolve) => {
      this.#onEnded = resolve;
      this.#resolveIfEnded();
    });
  }

  /** Starts no more operations. */
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
      this.countUseless(); // the operation has not begun, or was completed before
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
    this.#resolveIfAnswered();
    this.#resolveIfEnded();
  }

  #resolveIfEnded(): void {
    if (this.#operations.size === 0) this.#onEnded?.();
  }

  #resolveIfAnswered(): void {
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
