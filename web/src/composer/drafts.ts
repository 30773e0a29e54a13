import { forget, keep, kept } from '../app/keep.ts';

/** The message that a draft answers. */
export interface DraftReply {
  id: string;
  author: string;
  text: string;
}

/** A message that is being edited, with its present text and the one before. */
export interface DraftEdit {
  id: string;
  before: string;
  text: string;
}

export interface Draft {
  text: string;
  replyTo: DraftReply | null;
  /** Apart from `text`, which waits meanwhile. */
  edit: DraftEdit | null;
}

export const emptyDraft: Draft = { text: '', replyTo: null, edit: null };

/** Returns under which name the page keeps what a user has begun to write in a room. */
export function draftKey(userId: string, roomId: string): string {
  return `draft:${userId}:${roomId}`;
}

/** Forgets all drafts of a user who cannot come back. */
export function forgetDrafts(userId: string): void {
  forget(draftKey(userId, ''));
}

/** Returns a draft that this browser keeps. */
export function draftAt(key: string): Draft {
  try {
    const { text, replyTo, edit } = JSON.parse(kept(key) ?? '{}') as Partial<Draft>;
    return { text: typeof text === 'string' ? text : '', replyTo: replyTo ?? null, edit: edit ?? null };
  } catch {
    return emptyDraft;
  }
}

export function keepDraft(key: string, draft: Draft): void {
  const isEmpty = draft.text.trim() === '' && !draft.replyTo && !draft.edit;
  keep(key, isEmpty ? null : JSON.stringify(draft));
}
