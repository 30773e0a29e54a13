import type { Membership, Message, Room, User } from '../generated/prisma/client.ts';
import { builder } from './builder.ts';

/** A room as its reader may see it. */
export type RoomRow = Room & {
  /** The reader was a member and no longer has access: lists are empty, counts are 0, and other fields null. */
  isRedacted?: true;
};

/** A message with its author, where the author was loaded with it. */
export type MessageRow = Message & { author?: User | null };

/** A membership with its user and its room, where they were loaded with it. */
export type MembershipRow = Membership & { user?: User | null; room?: Room };

// Declared here for all that refers to them; each is implemented in its feature's schema.

/** The GraphQL type `Room`. */
export const RoomNode = builder.objectRef<RoomRow>('Room');

/** The GraphQL type `Message`. */
export const MessageNode = builder.objectRef<MessageRow>('Message');

/** The GraphQL type `RoomMembership`. */
export const MembershipNode = builder.objectRef<MembershipRow>('RoomMembership');

/** The GraphQL type `User`. */
export const UserNode = builder.objectRef<User>('User');
