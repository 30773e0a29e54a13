import { keep, kept } from '../app/keep.ts';

/** The message that a draft answers. */
export interface DraftReply {
  id: string;
  author: string;
  text: string;
}

export interface Draft {
  text: string;
  replyTo: DraftReply | null;
}

export const emptyDraft: Draft = { text: '', replyTo: null };

/** Returns under which name the page keeps what a user has begun to write in a room. */
export function draftKey(userId: string, roomId: string): string {
  return `draft:${userId}:${roomId}`;
}

/** Returns a draft that this browser keeps. */
export function draftAt(key: string): Draft {
  try {
    const { text, replyTo } = JSON.parse(kept(key) ?? '{}') as Partial<Draft>;
    return { text: typeof text === 'string' ? text : '', replyTo: replyTo ?? null };
  } catch {
    return emptyDraft;
  }
}

export function keepDraft(key: string, draft: Draft): void {
  const isEmpty = draft.text.trim() === '' && draft.replyTo === null;
  keep(key, isEmpty ? null : JSON.stringify(draft));
}
