import { CloseCode } from 'graphql-ws';

interface Operation {
  isCompleted: boolean;
  /** A Subscribe with the same id that came after the client's Complete. */
  next: Message | null;
}

/** A message as graphql-ws takes it: parsed, or the text of what is no JSON object. */
export type Message = { type?: unknown; id?: unknown } | string;

/**
 * Lets a client use an operation id again as soon as it has sent Complete, as the protocol allows: a Subscribe waits here
 * until the operation that had its id has really ended. Without this, graphql-ws ends the new one in place of the old
 * (seen with 6.4.2, when both messages come in one TCP segment).
 */
export class OperationQueue {
  readonly #operations = new Map<string, Operation>();
  readonly #deliver: (message: Message) => Promise<void>;
  readonly #close: (code: number, reason: string) => void;

  /** `deliver` resolves when what the message started has ended. */
  constructor(deliver: (message: Message) => Promise<void>, close: (code: number, reason: string) => void) {
    this.#deliver = deliver;
    this.#close = close;
  }

  receive(text: string): void {
    const message = parsed(text);
    const { type, id } = typeof message === 'string' ? {} : message;
    const operation = typeof id === 'string' ? this.#operations.get(id) : undefined;
    if (typeof id === 'string' && type === 'subscribe') this.#subscribe(id, message, operation);
    else if (operation && type === 'complete') this.#complete(operation, message);
    else void this.#deliver(message);
  }

  #subscribe(id: string, message: Message, operation: Operation | undefined): void {
    if (!operation) void this.#run(id, message);
    else if (operation.isCompleted && operation.next === null) operation.next = message;
    else this.#close(CloseCode.SubscriberAlreadyExists, `Subscriber for ${id} already exists`);
  }

  #complete(operation: Operation, message: Message): void {
    if (operation.isCompleted) {
      operation.next = null;
      return;
    }
    operation.isCompleted = true;
    void this.#deliver(message);
  }

  async #run(id: string, first: Message): Promise<void> {
    for (let message: Message | null = first; message !== null; ) {
      const operation: Operation = { isCompleted: false, next: null };
      this.#operations.set(id, operation);
      await this.#deliver(message);
      message = operation.next;
    }
    this.#operations.delete(id);
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
