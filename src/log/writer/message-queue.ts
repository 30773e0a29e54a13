import { type Draft, type QueuedMessage, senderOf } from './queued-message.ts';

/**
 * The most messages and bytes of text in one group. With larger groups, PostgreSQL is idle while this process answers
 * the senders: groups of 256 messages were a tenth slower (bench/send).
 */
export const groupMessages = 64;
const groupBytes = 512 * 1024;

interface Selection {
  /** Whether a message must stay in the queue until a group that is being written is done. */
  isHeld: (draft: Draft) => boolean;
  /** Sets a message aside if its room is locked, and returns whether it did. */
  setAside: (message: QueuedMessage) => boolean;
}

/** The messages that wait for a group, in the order in which they arrived. */
export class MessageQueue {
  #messages: QueuedMessage[] = [];
  #bytes = 0;

  get length(): number {
    return this.#messages.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(message: QueuedMessage): void {
    this.#messages.push(message);
    this.#bytes += message.bytes;
  }

  /** Puts messages in front of all others, in their order. */
  addFirst(messages: readonly QueuedMessage[]): void {
    this.#messages = [...messages, ...this.#messages];
    for (const { bytes } of messages) this.#bytes += bytes;
  }

  /**
   * Takes the next group. No two of its messages have the same author, room and clientMessageId: the second must find
   * the first in the database.
   */
  takeGroup({ isHeld, setAside }: Selection): QueuedMessage[] {
    const group: QueuedMessage[] = [];
    const left: QueuedMessage[] = [];
    const taken = new Set<string>();
    let bytes = 0;
    for (const [index, message] of this.#messages.entries()) {
      if (group.length === groupMessages || (group.length > 0 && bytes + message.bytes > groupBytes)) {
        left.push(...this.#messages.slice(index));
        break;
      }
      if (setAside(message)) {
        this.#bytes -= message.bytes;
        continue;
      }
      const reference = `${senderOf(message.draft)} ${message.draft.clientMessageId}`;
      if (isHeld(message.draft) || taken.has(reference)) {
        left.push(message);
        continue;
      }
      taken.add(reference);
      bytes += message.bytes;
      group.push(message);
    }
    this.#messages = left;
    this.#bytes -= bytes;
    return group;
  }
}
