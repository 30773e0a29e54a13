import type { MessageItem, Outgoing, OutgoingState, Row, SendRequest } from '../api.ts';
import { errorDetails, ParleyError } from '../base/errors.ts';
import { isUuid7, messageId } from '../base/ids.ts';
import { Value } from '../base/store.ts';
import type { MessageFields, UserFields } from '../documents.ts';
import { type Change, keyOf } from './changes.ts';

/** The largest Int of GraphQL: a pending message has no sequence yet, and comes last. */
export const pendingSequence = 2_147_483_647;

/** A change as it is stored. `order`: a later change of the same user has a higher number. */
export type OutgoingRow = Row & {
  readonly roomId: string;
  readonly order: number;
  readonly at: number;
  readonly change: Change;
  readonly failed?: { readonly code: ParleyError['code']; readonly message: string };
};

/** Why an entry is not sent that another user seems to have written. */
export const ofAnother = {
  code: 'SIGNED_OUT',
  message: 'Perhaps another user wrote it.',
} as const;

/** Who was signed in last, here or in an earlier client; undefined if nobody was, or they have signed out. */
export interface LastUser {
  id: string | undefined;
  /** The storage is still being asked. */
  loading?: Promise<void> | undefined;
}

/** What the outbox does for its entries. */
export interface Commands {
  readonly retry: (entry: Entry) => boolean;
  readonly discard: (entry: Entry) => void;
}

/** A change that the server has not accepted yet. */
export interface Entry extends Outgoing<MessageFields> {
  readonly state: Value<OutgoingState>;
  /** The app's own document to send it with. */
  request: SendRequest | undefined;
  row: OutgoingRow;
  tries: number;
  /** When it may be sent; `onReady`: or as soon as there is another connection. */
  notBefore: number;
  onReady?: boolean;
  /** The stream has brought the event of a reaction, before its answer. */
  isEchoed?: boolean;
  /** Ends the attempt that is under way. */
  abort?: () => void;
  /** Who was known last when it was written, if that was before the server said who is signed in. */
  by?: LastUser;
  /** Where in the storage its row is. */
  scope?: string | undefined;
  /** Resolves when the last write to the storage has ended. */
  stored?: Promise<unknown>;
  readonly isFailed: boolean;
  sent(message: MessageFields): void;
  fail(why: ParleyError): void;
  /** Its user is gone, and nobody can wait for their return: `done` rejects. */
  keep(why: ParleyError): void;
  requeue(): void;
  /** Goes on as the storage says. */
  restore(row: OutgoingRow): Entry;
  /**
   * Returns the message as a window shows it until the server has stored it; the same object until it changes. `find`:
   * returns the message that it replies to, if it is known.
   */
  item(author: UserFields | undefined, find?: (id: string) => MessageFields | undefined): MessageItem | undefined;
}

export function createEntry(row: OutgoingRow, { retry, discard }: Commands, request?: SendRequest): Entry {
  const state = new Value<OutgoingState>({ status: 'queued' });
  let settled = unsettled<MessageFields>();
  let shown: MessageItem | undefined;
  let shownFor: readonly unknown[] = [];
  const entry: Entry = {
    row,
    state,
    request,
    tries: 0,
    notBefore: 0,
    get id() {
      const { id, change } = entry.row;
      if (change.kind !== 'send') return id;
      return messageId(isUuid7(change.clientMessageId) ? change.clientMessageId : id);
    },
    get kind() {
      return entry.row.change.kind;
    },
    get done() {
      return settled.promise;
    },
    get isFailed() {
      return state.get().status === 'failed';
    },
    retry: () => retry(entry),
    discard: () => discard(entry),
    sent(message) {
      // It failed while it was under way, such as by the end of its room.
      if (entry.isFailed) settled = unsettled();
      state.set({ status: 'sent' });
      settled.resolve(message);
    },
    fail(why) {
      state.set({ status: 'failed', why });
      settled.reject(why);
    },
    keep(why) {
      entry.request = undefined;
      state.set(entry.isFailed ? { ...state.get() } : { status: 'queued' }); // whoever follows it looks again
      settled.reject(why);
    },
    restore(next) {
      entry.row = next;
      if (next.failed) entry.fail(new ParleyError(errorDetails(next.failed)));
      else entry.requeue();
      return entry;
    },
    requeue() {
      settled = unsettled();
      entry.notBefore = 0;
      state.set({ status: 'queued' });
    },
    item(author, find) {
      const { change } = entry.row;
      const quoted = change.kind === 'send' && change.replyToId ? find?.(change.replyToId) : undefined;
      const about = [entry.row, state.get(), author, quoted];
      if (about.some((each, index) => each !== shownFor[index])) shown = pendingMessage(entry, author, quoted);
      shownFor = about;
      return shown;
    },
  };
  return entry.restore(row);
}

/** Whether a row is older than an entry of its room that is not under way. */
export function isOlder({ roomId, order }: OutgoingRow, { row, tries }: Entry): boolean {
  return row.roomId === roomId && tries === 0 && row.order > order;
}

/** Whether a change becomes part of an entry that waits: what is under way stays as it is. */
export function isOpenTo(change: Change, entry: Entry): boolean {
  const waiting = entry.row.change;
  if (waiting.kind === 'send' && change.kind === 'edit') return entry.tries === 0 && entry.id === change.messageId;
  if (keyOf(waiting) !== keyOf(change)) return false;
  return change.kind === 'send' || !/^(failed|sending)$/.test(entry.state.get().status);
}

/** What is shown of a message that is not in the window. */
const unknown = { sequence: 0, text: null, deletedAt: null, author: null };

function pendingMessage(
  { id, row, state }: Entry,
  author: UserFields | undefined,
  quoted: MessageFields | undefined,
): MessageItem | undefined {
  const { change, at } = row;
  if (change.kind !== 'send') return;
  const { text, replyToId, clientMessageId } = change;
  return {
    id,
    sequence: pendingSequence,
    kind: 'USER',
    text,
    createdAt: new Date(at).toISOString(),
    editedAt: null,
    deletedAt: null,
    lastEventNumber: 0,
    author: author ?? null,
    replyTo: replyToId ? quotationOf(quoted ?? { ...unknown, id: replyToId }) : null,
    systemEvent: null,
    reactionGroups: [],
    clientMessageId,
    sending: state.get(),
  };
}

type Quotation = NonNullable<MessageFields['replyTo']>;

const quotationOf = ({ id, sequence, text, deletedAt, author }: Quotation): Quotation => ({
  id,
  sequence,
  text,
  deletedAt,
  author,
});

/** A promise with its functions. Nobody has to handle its rejection. */
function unsettled<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((...functions) => {
    [resolve, reject] = functions;
  });
  promise.catch(() => {});
  return { promise, resolve, reject };
}
