import type { MessageItem, Outgoing, OutgoingState, Row, SendRequest } from './api.ts';
import {
  AddReactionDocument,
  DeleteMessageDocument,
  EditMessageDocument,
  MarkReadDocument,
  type MessageFields,
  RemoveReactionDocument,
  SendMessageDocument,
  type TypedDocument,
  type UserFields,
} from './documents.ts';
import { ParleyError } from './errors.ts';
import { isUuid7, messageId } from './ids.ts';
import { pendingSequence } from './message-list.ts';
import { Value } from './store.ts';

export type Change =
  | { readonly kind: 'send'; readonly text: string; readonly replyTo?: string; readonly clientMessageId: string }
  | { readonly kind: 'edit'; readonly messageId: string; readonly text: string }
  | { readonly kind: 'remove'; readonly messageId: string }
  | { readonly kind: 'react'; readonly messageId: string; readonly emoji: string; readonly on: boolean }
  | { readonly kind: 'read'; readonly upTo: number };

/** A change as it is stored. `order`: a later change of the same user has a higher number. */
export type OutgoingRow = Row & {
  readonly roomId: string;
  readonly owner: string;
  readonly order: number;
  readonly at: number;
  readonly change: Change;
  readonly failed?: { readonly code: ParleyError['code']; readonly message: string };
};

/** What the outbox does for its entries. */
export interface Commands {
  retry(entry: Entry): void;
  discard(entry: Entry): void;
}

/** A change that the server has not accepted yet. */
export class Entry implements Outgoing {
  readonly state: Value<OutgoingState>;
  readonly request: SendRequest | undefined;
  row: OutgoingRow;
  tries = 0;
  /** When it may be sent; `onReady`: or as soon as there is another connection. */
  notBefore = 0;
  onReady = false;
  /** Ends the attempt that is under way. */
  abort: (() => void) | null = null;
  /** Resolves when the last write to the storage has ended. */
  stored: Promise<unknown> | null = null;
  readonly #commands: Commands;
  #settled = settled<MessageFields>();
  #item: { row: OutgoingRow; state: OutgoingState; author: UserFields | undefined; item: MessageItem } | undefined;

  constructor(row: OutgoingRow, commands: Commands, request?: SendRequest) {
    this.request = request;
    this.row = row;
    this.#commands = commands;
    this.state = new Value<OutgoingState>({ status: 'queued' });
    if (row.failed) this.fail(new ParleyError(row.failed));
  }

  get id(): string {
    const { id, change } = this.row;
    if (change.kind !== 'send') return id;
    return messageId(isUuid7(change.clientMessageId) ? change.clientMessageId : id);
  }

  get done(): Promise<MessageFields> {
    return this.#settled.promise;
  }

  get isFailed(): boolean {
    return this.state.get().status === 'failed';
  }

  /** What may not overtake it: sends stay in order, and changes of one message. */
  get lanes(): readonly string[] {
    const { change } = this.row;
    if (change.kind === 'send') return ['send', this.id];
    return [change.kind === 'read' ? 'read' : change.messageId];
  }

  retry(): void {
    this.#commands.retry(this);
  }

  discard(): void {
    this.#commands.discard(this);
  }

  sent(message: MessageFields): void {
    this.state.set({ status: 'sent' });
    this.#settled.resolve(message);
  }

  fail(why: ParleyError): void {
    this.state.set({ status: 'failed', why });
    this.#settled.reject(why);
  }

  requeue(): void {
    if (this.isFailed) this.#settled = settled();
    this.notBefore = 0;
    this.state.set({ status: 'queued' });
  }

  /** Returns the message as a window shows it until the server has stored it; the same object until it changes. */
  item(author: UserFields | undefined): MessageItem | null {
    const { row } = this;
    const state = this.state.get();
    if (row.change.kind !== 'send') return null;
    const known = this.#item;
    if (known?.row === row && known.state === state && known.author === author) return known.item;
    const item = pendingMessage(this, row.change, author);
    this.#item = { row, state, author, item };
    return item;
  }
}

function pendingMessage(entry: Entry, change: Change & { kind: 'send' }, author: UserFields | undefined): MessageItem {
  const { text, replyTo, clientMessageId } = change;
  const nobody = { displayName: '', author: null };
  return {
    id: entry.id,
    sequence: pendingSequence,
    kind: 'USER',
    text,
    createdAt: new Date(entry.row.at).toISOString(),
    editedAt: null,
    deletedAt: null,
    lastEventNumber: 0,
    author: author ?? null,
    replyTo: replyTo ? { id: replyTo, sequence: 0, text: null, deletedAt: null, author: nobody.author } : null,
    systemEvent: null,
    reactionGroups: [],
    clientMessageId,
    sending: entry.state.get(),
  };
}

/** Returns the mutation of a change. */
export function mutationOf({ roomId, change }: OutgoingRow): [TypedDocument<unknown, never>, { input: object }] {
  switch (change.kind) {
    case 'send': {
      const { text, replyTo, clientMessageId } = change;
      return [
        SendMessageDocument,
        { input: { roomId, text, clientMessageId, ...(replyTo && { replyToId: replyTo }) } },
      ];
    }
    case 'edit':
      return [EditMessageDocument, { input: { messageId: change.messageId, text: change.text } }];
    case 'remove':
      return [DeleteMessageDocument, { input: { messageId: change.messageId } }];
    case 'react': {
      const { messageId: id, emoji, on } = change;
      return [on ? AddReactionDocument : RemoveReactionDocument, { input: { messageId: id, emoji } }];
    }
    case 'read':
      return [MarkReadDocument, { input: { roomId, upToSequence: change.upTo } }];
  }
}

/** A promise with its functions. Nobody has to handle its rejection. */
function settled<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((res, rej) => {
    resolve = res;
    reject = rej;
  });
  promise.catch(() => {});
  return { promise, resolve, reject };
}
