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

const keyOf = (userId: string, roomId: string) => `draft:${userId}:${roomId}`;

/** Returns what a user has begun to write in a room, in this browser. */
export function draftOf(userId: string, roomId: string): Draft {
  try {
    const { text, replyTo } = JSON.parse(kept(keyOf(userId, roomId)) ?? '{}') as Partial<Draft>;
    return { text: typeof text === 'string' ? text : '', replyTo: replyTo ?? null };
  } catch {
    return emptyDraft;
  }
}

export function keepDraft(userId: string, roomId: string, draft: Draft): void {
  const isEmpty = draft.text.trim() === '' && draft.replyTo === null;
  keep(keyOf(userId, roomId), isEmpty ? null : JSON.stringify(draft));
  dispatchEvent(new CustomEvent('parley:draft', { detail: roomId }));
}
