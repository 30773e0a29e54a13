import {
  AddReactionDocument,
  DeleteMessageDocument,
  EditMessageDocument,
  MarkReadDocument,
  RemoveReactionDocument,
  SendMessageDocument,
  type TypedDocument,
} from '../documents.ts';

/** What the viewer does in a room, with the fields of the mutation's input. */
export type Change =
  | { readonly kind: 'send'; readonly text: string; readonly replyToId?: string; readonly clientMessageId: string }
  | { readonly kind: 'edit'; readonly messageId: string; readonly text: string }
  | { readonly kind: 'remove'; readonly messageId: string }
  | { readonly kind: 'react'; readonly messageId: string; readonly emoji: string; readonly on: boolean }
  | { readonly kind: 'read'; readonly upToSequence: number };

/** Changes with the same key become one while they wait. */
export function keyOf(change: Change): string {
  const { kind, clientMessageId, messageId, emoji } = change as { kind: string } & Record<string, unknown>;
  return [kind, clientMessageId, messageId, emoji].join();
}

/** Returns a waiting change together with a later one. */
export function merged(waiting: Change, later: Change): Change {
  if (waiting.kind === 'send') return later.kind === 'edit' ? { ...waiting, text: later.text } : waiting;
  if (waiting.kind !== 'read' || later.kind !== 'read') return later;
  return { ...later, upToSequence: Math.max(waiting.upToSequence, later.upToSequence) };
}

/** Returns what may not overtake a change: sends of a room stay in order, and changes of one message. */
export function lanesOf(roomId: string, change: Change, id: string): readonly string[] {
  if (change.kind === 'send') return [roomId, id];
  return [change.kind === 'read' ? `read ${roomId}` : change.messageId];
}

const documents: Readonly<Record<Change['kind'], TypedDocument<unknown, never>>> = {
  send: SendMessageDocument,
  edit: EditMessageDocument,
  remove: DeleteMessageDocument,
  react: AddReactionDocument,
  read: MarkReadDocument,
};

/** The types that the fields of each kind may have. */
const fields: Readonly<Record<Change['kind'], Readonly<Record<string, string>>>> = {
  send: { clientMessageId: 'string', text: 'string', replyToId: 'string|undefined' },
  edit: { messageId: 'string', text: 'string' },
  remove: { messageId: 'string' },
  react: { messageId: 'string', emoji: 'string', on: 'boolean' },
  read: { upToSequence: 'number' },
};

/** Whether this is a change of a known kind, with its fields. */
export function isChange(value: unknown): value is Change {
  const change = Object(value) as Record<string, unknown>;
  const { kind } = change;
  if (typeof kind !== 'string' || !Object.hasOwn(fields, kind)) return false;
  return Object.entries(fields[kind as Change['kind']]).every(([name, types]) => types.includes(typeof change[name]));
}

/** Returns the mutation of a change. */
export function mutationOf(roomId: string, change: Change): [TypedDocument<unknown, never>, { input: object }] {
  const { kind, on, ...fields } = change as Change & { readonly on?: boolean };
  const input = 'messageId' in fields ? fields : { roomId, ...fields };
  return [on === false ? RemoveReactionDocument : documents[kind], { input }];
}
