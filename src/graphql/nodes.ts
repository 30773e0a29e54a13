import type { CappedCount } from '../base/capped-count.ts';
import type { Membership, Message, Room, User } from '../generated/prisma/client.ts';
import { builder } from './builder.ts';

/** A room as its reader may see it, with what was read together with it. What is absent has not been read. */
export type RoomRow = Room & {
  /** The reader was a member and no longer has access: lists are empty, counts are 0, and other fields null. */
  isRedacted?: true;
  createdBy?: User | null;
  memberCount?: number;
  /** Number of the newest message; 0 if there is none. */
  lastSequence?: number;
  viewerMembership?: MembershipRow | null;
  latestMessage?: MessageRow | null;
};

/** All reactions to a message with the same emoji. */
export interface ReactionGroup {
  message: Pick<Message, 'id' | 'roomId'>;
  emoji: string;
  count: number;
  /** Absent if it was not read with the group. */
  viewerHasReacted?: boolean;
}

/** A message with what was read together with it. What is absent has not been read. */
export type MessageRow = Message & {
  author?: User | null;
  /** The user whom a system message is about. */
  subject?: User | null;
  replyTo?: MessageRow | null;
  reactionGroups?: ReactionGroup[];
  room?: RoomRow;
};

/** How far a member has read, and what is unread. */
export interface ReadState {
  roomId: string;
  lastReadSequence: number;
  unread: CappedCount;
  /** Number of the newest message of the room when `unread` was counted; 0 if there is none. */
  lastSequence: number;
  /** Number of a message; null only if nothing is unread. */
  firstUnreadSequence: number | null;
  firstUnread?: MessageRow | null;
}

/** A membership with what was read together with it. What is absent has not been read. */
export type MembershipRow = Membership & {
  user?: User | null;
  room?: RoomRow;
  readState?: ReadState;
  /** Whether the row was read for this operation. The row of an event may have an older notification level. */
  isCurrent?: boolean;
};

// Declared here for all that refers to them; each is implemented in its feature's schema.

/** The GraphQL type `Room`. */
export const RoomNode = builder.objectRef<RoomRow>('Room');

/** The GraphQL type `Message`. */
export const MessageNode = builder.objectRef<MessageRow>('Message');

/** The GraphQL type `RoomMembership`. */
export const MembershipNode = builder.objectRef<MembershipRow>('RoomMembership');

/** The GraphQL type `User`. */
export const UserNode = builder.objectRef<User>('User');
