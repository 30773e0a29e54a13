import type { Person } from '../people/person.ts';

export interface ReactionGroup {
  emoji: string;
  count: number;
  viewerHasReacted: boolean;
}

/** The start of the message that another one answers. */
export interface Reply {
  id: string;
  author: Person | null;
  /** Null once deleted, and while it is unknown. */
  text: string | null;
  deletedAt: string | null;
  /** Its author is blocked by the viewer. */
  isHidden?: boolean;
}

export interface SystemEvent {
  type: 'ROOM_CREATED' | 'MEMBER_JOINED' | 'MEMBER_LEFT' | 'MEMBER_REMOVED' | 'UNKNOWN';
  subject: Person | null;
}

/** What is shown of a message. The names are those of the API. */
export interface Message {
  id: string;
  author: Person | null;
  kind: 'USER' | 'SYSTEM';
  text: string | null;
  createdAt: string;
  editedAt: string | null;
  deletedAt: string | null;
  replyTo: Reply | null;
  reactionGroups: readonly ReactionGroup[];
  systemEvent: SystemEvent | null;
  /** Its author is blocked by the viewer. */
  isHidden?: boolean;
}

/** How far an own message has come, if it has not been stored yet. */
export type OwnState =
  | { type: 'sending' }
  /** `count`: how many wait, under the last of them. */
  | { type: 'queued'; count: number | null }
  | { type: 'failed'; why: string };
