import { uuidPattern } from '../base/ids.ts';
import type { CursorKey } from '../graphql/connections.ts';
import type { MembershipRow } from '../graphql/nodes.ts';

/** A membership of a list in the order of activity. */
export type ActiveMembership = MembershipRow & {
  /** When the newest message of the room was written; when the room was created, if it has no message. */
  activeAt: Date;
};

/** The order of creation, which is the order of ids. */
export const byMembershipId: CursorKey<MembershipRow> = {
  name: 'membership',
  of: ({ id }) => id,
  pattern: uuidPattern,
};

/** Newest activity first. The id orders rooms of the same millisecond. */
export const byActivity: CursorKey<ActiveMembership> = {
  name: 'activity',
  of: ({ activeAt, id }) => `${activeAt.getTime()}.${id}`,
  // Milliseconds up to the year 2286, which PostgreSQL and JavaScript both accept.
  pattern: /^\d{1,13}\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
};
