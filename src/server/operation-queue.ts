import { CloseCode } from 'graphql-ws';

interface Operation {
  isCompleted: boolean;
  /** A Subscribe with the same id that came after the client's Complete. */
  next: string | null;
}

interface Head {
  type?: unknown;
  id?: unknown;
}

/**
 * Lets a client use an operation id again as soon as it has sent Complete, as the protocol allows: a Subscribe waits here
 * until the operation that had its id has really ended. Without this, graphql-ws ends the new one in place of the old
 * (seen with 6.4.2, when both messages come in one TCP segment).
 */
export class OperationQueue {
  readonly #operations = new Map<string, Operation>();
  readonly #deliver: (message: string) => Promise<void>;
  readonly #close: (code: number, reason: string) => void;

  /** `deliver` resolves when what the message started has ended. */
  constructor(deliver: (message: string) => Promise<void>, close: (code: number, reason: string) => void) {
    this.#deliver = deliver;
    this.#close = close;
  }

  receive(message: string): void {
    const { type, id } = headOf(message);
    const operation = typeof id === 'string' ? this.#operations.get(id) : undefined;
    if (typeof id === 'string' && type === 'subscribe') this.#subscribe(id, message, operation);
    else if (operation && type === 'complete') this.#complete(operation, message);
    else void this.#deliver(message);
  }

  #subscribe(id: string, message: string, operation: Operation | undefined): void {
    if (!operation) void this.#run(id, message);
    else if (operation.isCompleted && operation.next === null) operation.next = message;
    else this.#close(CloseCode.SubscriberAlreadyExists, `Subscriber for ${id} already exists`);
  }

  #complete(operation: Operation, message: string): void {
    if (operation.isCompleted) {
      operation.next = null;
      return;
    }
    operation.isCompleted = true;
    void this.#deliver(message);
  }

  async #run(id: string, first: string): Promise<void> {
    for (let message: string | null = first; message !== null; ) {
      const operation: Operation = { isCompleted: false, next: null };
      this.#operations.set(id, operation);
      await this.#deliver(message);
      message = operation.next;
    }
    this.#operations.delete(id);
  }
}

/** What a message is about; nothing for what is not even JSON, which graphql-ws refuses. */
function headOf(message: string): Head {
  try {
    return (JSON.parse(message) as Head | null) ?? {};
  } catch {
    return {};
  }
}
