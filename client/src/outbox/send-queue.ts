import type { Outbox, SendRequest } from '../api.ts';
import type { ParleyError } from '../base/errors.ts';
import type { MessageFields } from '../documents.ts';
import type { Change } from './changes.ts';
import type { Entry } from './outgoing.ts';

/** What a room learns of its changes. */
export interface OutboxListener {
  /** The server has accepted a change, and shows the message after it. */
  readonly answered: (message: MessageFields) => void;
  /** What is waiting, or its state, has changed. */
  readonly changed: () => void;
}

/**
 * Keeps changes until the server has accepted or refused them. Each can be repeated without harm. Rows in the storage
 * outlive this process.
 */
export interface SendQueue extends Outbox {
  listen(roomId: string, listener: OutboxListener): void;
  /** Returns what waits in a room, in order. */
  of(roomId: string): readonly Entry[];
  /** Adds a change, or makes it part of one that waits. */
  add(roomId: string, change: Change, request?: SendRequest): Entry;
  /** The stream has brought a message: if it is one that waits, it is sent. */
  echo(message: MessageFields): void;
  /** The viewer may no longer write in this room. */
  closeRoom(roomId: string, why: ParleyError): void;
  /** Forgets all changes, in the storage only if told so. Returns how many were not sent. */
  signOut(unsent: 'discard' | 'keep'): Promise<number>;
}
