import { unreadStateBytes } from '../live/limits.ts';
import type { Sink } from '../live/sink.ts';
import type { Destination } from '../sharing/subscribe-live.ts';
import { framesBytes, nextFrames, nextPrefix, SharedFrames } from './frames.ts';
import type { Outbox } from './outbox.ts';

/** Returns the sinks that send the results of an operation as `next` messages of graphql-transport-ws. */
export function sinksOf(outbox: Outbox, operationId: string): Destination {
  const prefix = nextPrefix(operationId);
  return {
    events: new OperationSink({ outbox, prefix, write: writeShared }),
    states: new OperationSink({ outbox, prefix, write: writeOwn, budgetBytes: unreadStateBytes }),
  };
}

type Write = (outbox: Outbox, prefix: string, payloads: readonly Buffer[]) => void;

interface OperationSinkOptions {
  outbox: Outbox;
  prefix: string;
  write: Write;
  /** Bytes that the peer may leave unread; by default those of the outbox. */
  budgetBytes?: number;
}

class OperationSink implements Sink {
  readonly connection: Outbox;
  readonly #prefix: string;
  readonly #write: Write;
  readonly #budgetBytes: number | undefined;

  constructor({ outbox, prefix, write, budgetBytes }: OperationSinkOptions) {
    this.connection = outbox;
    this.#prefix = prefix;
    this.#write = write;
    this.#budgetBytes = budgetBytes;
  }

  get isOpen(): boolean {
    return this.connection.isOpen;
  }

  hasRoomFor(payloads: readonly Buffer[]): boolean {
    return this.connection.hasRoomFor(framesBytes(this.#prefix, payloads), this.#budgetBytes);
  }

  send(payloads: readonly Buffer[]): void {
    this.#write(this.connection, this.#prefix, payloads);
  }

  drained(): Promise<void> {
    return this.connection.drained();
  }
}

/** Uses the frames that other subscribers of the same payloads use. */
function writeShared(outbox: Outbox, prefix: string, payloads: readonly Buffer[]): void {
  const frames = SharedFrames.of(payloads);
  if (!outbox.write(frames.under(prefix))) frames.keep();
}

function writeOwn(outbox: Outbox, prefix: string, payloads: readonly Buffer[]): void {
  outbox.write(nextFrames(prefix, payloads));
}
