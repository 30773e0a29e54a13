import type { MessageItem } from 'parley-client';
import type { Message } from './message.ts';
import type { MessageAct } from './message-menu.tsx';

/** A message with its number in the room. */
export type Row = Message & { sequence: number };

export interface Rights {
  has: (permission: 'REACT' | 'SEND_MESSAGE' | 'EDIT_OWN' | 'DELETE_OWN' | 'DELETE_ANY') => boolean;
}

export interface ActsOptions {
  isOwn: boolean;
  rights: Rights;
  now: number;
  /** How long a message can be edited; null for ever. */
  editSeconds: number | null;
  /** Whether the room has something to mark as read. */
  hasUnread?: boolean;
}

/** Returns what the viewer may do about messages: nothing that would be written in a composer, while there is none. */
export function rightsOf<P extends string>(
  permissions: readonly P[] | undefined,
  hasComposer: boolean,
): ReadonlySet<P> {
  return new Set(permissions?.filter((one) => hasComposer || (one !== 'SEND_MESSAGE' && one !== 'EDIT_OWN')));
}

/** Returns the viewer's last message that is not deleted or refused. It may be on its way: a change of it waits for it. */
export function lastOwn(items: readonly MessageItem[], viewerId: string | null): MessageItem | undefined {
  const isOwn = ({ author, kind }: MessageItem) => kind === 'USER' && author?.id === viewerId;
  return items.findLast((item) => isOwn(item) && !item.deletedAt && item.sending?.status !== 'failed');
}

/** Returns what the viewer may do with a message. */
export function actsOn(message: Message, options: ActsOptions): Set<MessageAct> {
  const { isOwn, rights, now, editSeconds, hasUnread = false } = options;
  const acts = new Set<MessageAct>(['copyText', 'copyLink']);
  const isInTime = editSeconds === null || now - Date.parse(message.createdAt) <= editSeconds * 1000; // as the server does
  if (rights.has('SEND_MESSAGE')) acts.add('reply');
  if (isOwn && rights.has('EDIT_OWN') && isInTime && message.text !== null) acts.add('edit');
  if (hasUnread) acts.add('markRead');
  if (!isOwn && message.author) acts.add('about');
  if (rights.has('DELETE_ANY') || (isOwn && rights.has('DELETE_OWN'))) acts.add('delete');
  return acts;
}

export interface Editing<M extends Row> {
  edit: (message: M) => void;
  refused: (code: string) => void;
}

/** Begins to edit a message of the viewer, or says that it is too late for that. */
export function beginEdit<M extends Row>(message: M, options: ActsOptions, { edit, refused }: Editing<M>): void {
  if (actsOn(message, options).has('edit')) edit(message);
  else if (options.isOwn && options.rights.has('EDIT_OWN')) refused('EDIT_WINDOW_CLOSED');
}
