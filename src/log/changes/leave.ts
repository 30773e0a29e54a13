import { isConversationSql } from '../../access/standing.ts';
import { newId } from '../../base/ids.ts';
import { type Change, type ChangeKind, verdictOfWritten } from './change.ts';
import {
  type Departure,
  type DepartureOutcome,
  departureSql,
  departureValues,
  readDepartures,
  wantedDepartures,
} from './departure.ts';
import { roomAndMember } from './fragments.ts';
import { memberKey } from './join.ts';

/** UNCHANGED: the user had left before. */
export type LeaveOutcome = DepartureOutcome<LeaveRefusal>;

/** FIXED: the members of a conversation do not change. */
export type LeaveRefusal = 'NO_MEMBERSHIP' | 'FIXED';

const text = departureSql(
  `
  ${wantedDepartures}, decided AS MATERIALIZED (
    SELECT want.*, own."id" AS known, own."role", true AS "wasMember", true AS "changesStanding", hall."archivedAt" IS NOT NULL AS "isArchived",
      head."lastSequence", head."lastEventNumber", head."memberCount",
      CASE
        WHEN own."id" IS NULL THEN 'NO_MEMBERSHIP'
        WHEN ${isConversationSql('hall."kind"')} THEN 'FIXED'
        WHEN own."state" <> 'JOINED' THEN 'UNCHANGED'
        ELSE $9::text
      END AS verdict
    FROM want ${roomAndMember}
  )`,
  'MEMBER_LEFT',
);

/** Ends the membership of a user who leaves, and announces it to small rooms that are not archived. */
export const leave: ChangeKind<Departure, LeaveOutcome> = {
  name: 'leave',
  keys: ({ roomId, userId }) => [memberKey(roomId, userId)],
  statement: (changes, isDone) => ({
    name: 'leave',
    text,
    values: [...departureValues(changes), verdictOfWritten(isDone)],
  }),
  read: (changes, rows) => readDepartures<LeaveRefusal>(changes, rows, 'MEMBER_LEFT'),
};

/** Returns a change with a new id. */
export function leaving({ roomId, actorId }: Change): Departure {
  return { roomId, actorId, userId: actorId, state: 'LEFT', messageId: newId(), until: null, reason: null };
}
