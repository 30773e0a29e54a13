import type { Parley } from '../api.ts';
import { isUuid7 } from '../base/ids.ts';
import type { MessageFields } from '../documents.ts';
import type { Entry } from '../outbox/outgoing.ts';

/** Where an adapter shows messages of the outbox. */
export interface PendingView {
  /** Shows a message, or changes it. */
  show(roomId: string, message: PendingMessage): void;
  hide(roomId: string, id: string): void;
}

/** A message with all its own fields, so that no selection misses one. */
export type PendingMessage = ReturnType<typeof entityOf>;

/** The fields of `PendingMessage`, as GraphQL. */
export const pendingSelection = `__typename id sequence kind text clientMessageId createdAt editedAt deletedAt
  lastEventNumber room { __typename id } replyTo { __typename id } systemEvent { __typename }
  author { __typename id username displayName avatarUrl kind createdAt }
  reactionGroups { __typename emoji count viewerHasReacted }`;

interface Author {
  readonly __typename: 'User';
  readonly id: string;
}

const viewerQuery = 'query { viewer { user { __typename id username displayName avatarUrl kind createdAt } } }';

/**
 * Shows the messages of the outbox as ordinary messages: their ids are final. A message that failed stays until it is
 * discarded.
 */
export function showOutbox(parley: Parley, view: PendingView): void {
  const shown = new Map<Entry, { row: Entry['row']; id: string }>();
  let author: Author | null = null;
  /** Whose messages they are. */
  let userId: string | null = null;
  const update = () => {
    const entries = (parley.outbox.get() as readonly Entry[]).filter(({ row }) => row.change.kind === 'send');
    if (entries.length > 0) void askAuthor();
    for (const entry of shown.keys()) if (!entries.includes(entry)) leave(entry);
    for (const entry of entries) if (shown.get(entry)?.row !== entry.row) show(entry);
  };
  const show = (entry: Entry) => {
    const { row, id } = entry;
    const before = shown.get(entry);
    if (before && before.id !== id) view.hide(row.roomId, before.id);
    shown.set(entry, { row, id });
    view.show(row.roomId, entityOf(entry.item(undefined)!, row.roomId, author));
  };
  const leave = (entry: Entry) => {
    shown.delete(entry);
    const { roomId, change } = entry.row;
    const isSent = entry.state.get().status === 'sent';
    // A message with another kind of `clientMessageId` gets its id from the server.
    if (!isSent || (change.kind === 'send' && !isUuid7(change.clientMessageId))) view.hide(roomId, entry.id);
    // The app's own mutation brings its own answer.
    if (isSent && !entry.request)
      void entry.done.then((message) => view.show(roomId, entityOf(message, roomId, author)));
  };
  /** A message needs all that the app selects of its author. Until that is known, it has none: not the former user. */
  const askAuthor = async () => {
    const session = parley.session.get();
    const mine = session.status === 'signed-in' ? session.userId : null;
    if (mine === userId) return;
    userId = mine;
    author = null;
    if (mine === null) return;
    try {
      const { viewer } = await parley.request<{ viewer: { user: Author } }, object>({ query: viewerQuery }, {});
      if (mine !== userId) return;
      author = viewer.user;
      for (const entry of shown.keys()) show(entry);
    } catch {
      if (mine === userId) userId = null;
    }
  };
  parley.outbox.subscribe(update);
  update();
}

function entityOf(message: MessageFields, roomId: string, author: Author | null) {
  const { id, sequence, kind, text, clientMessageId, createdAt, editedAt, deletedAt, replyTo, reactionGroups } =
    message;
  return {
    __typename: 'Message' as const,
    id,
    sequence,
    kind,
    text,
    clientMessageId,
    createdAt,
    editedAt,
    deletedAt,
    lastEventNumber: message.lastEventNumber,
    room: { __typename: 'Room' as const, id: roomId },
    replyTo: replyTo && { __typename: 'Message' as const, id: replyTo.id },
    systemEvent: null,
    author,
    reactionGroups: reactionGroups.map((group) => ({ __typename: 'ReactionGroup' as const, ...group })),
  };
}
