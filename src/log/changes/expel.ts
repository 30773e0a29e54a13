import { isPublicSql } from '../../access/standing.ts';
import { newId } from '../../base/ids.ts';
import { noEnd } from '../../base/no-end.ts';
import { type Change, type ChangeKind, verdictOfWritten } from './change.ts';
import {
  type Departure,
  type DepartureOutcome,
  departureSql,
  departureValues,
  readDepartures,
  wantedDepartures,
} from './departure.ts';
import { mayActOnMember, memberActedOn, refusalIn, roomAndMember } from './fragments.ts';
import { memberKey } from './join.ts';
import { rulesKey } from './update-room.ts';

/** UNCHANGED: the user was no member any more or, for a ban, was banned until the same time and for the same reason. */
export type ExpelOutcome = DepartureOutcome<ExpelRefusal>;

/** FORBIDDEN: also a user on whom the actor may not act. NO_MEMBERSHIP: also a stranger to a private room. */
export type ExpelRefusal = 'NO_ROOM' | 'BANNED' | 'FIXED' | 'FORBIDDEN' | 'NO_MEMBERSHIP';

const text = departureSql(
  `
  ${wantedDepartures}, decided AS MATERIALIZED (
    SELECT want.*, member."id" AS known, member."role", theirs.state IS NOT DISTINCT FROM 'JOINED' AS "wasMember",
      theirs.state IS NOT DISTINCT FROM 'JOINED'
        OR ${isPublicSql('room."kind"')} AND theirs.state IS DISTINCT FROM 'BANNED' AS "changesStanding",
      room."archivedAt" IS NOT NULL AS "isArchived", head."lastSequence", head."lastEventNumber", head."memberCount",
      CASE
        WHEN refusal.text IS NOT NULL THEN refusal.text
        WHEN want.target = want.person THEN 'FORBIDDEN'
        WHEN member."id" IS NULL AND (want.state <> 'BANNED' OR NOT ${isPublicSql('room."kind"')}) THEN 'NO_MEMBERSHIP'
        WHEN NOT ${mayActOnMember} THEN 'FORBIDDEN'
        WHEN want.state = 'REMOVED' AND theirs.state <> 'JOINED' THEN 'UNCHANGED'
        WHEN want.state = 'BANNED' AND theirs.state = 'BANNED' AND member."bannedUntil" IS NOT DISTINCT FROM want.until
          AND member."moderationReason" IS NOT DISTINCT FROM want.reason THEN 'UNCHANGED'
        ELSE $9::text
      END AS verdict
    FROM want ${roomAndMember} ${memberActedOn}
    CROSS JOIN LATERAL (
      SELECT CASE want.state WHEN 'BANNED' THEN ${refusalIn('BAN')} ELSE ${refusalIn('REMOVE_MEMBERS')} END AS text
    ) refusal
  )`,
  'MEMBER_REMOVED',
);

/** Removes a member, or bans a user: a member, a former member or, from a public room, anybody. For those who moderate. */
export const expel: ChangeKind<Departure, ExpelOutcome> = {
  name: 'expel',
  keys: ({ roomId, userId }) => [rulesKey(roomId), memberKey(roomId, userId)],
  statement: (changes, isDone) => ({
    name: 'expel',
    text,
    values: [...departureValues(changes), verdictOfWritten(isDone)],
  }),
  read: (changes, rows) => readDepartures<ExpelRefusal>(changes, rows, 'MEMBER_REMOVED'),
};

interface Expulsion {
  userId: string;
  state: 'REMOVED' | 'BANNED';
  /** When a ban ends; it has no end unless given. */
  until?: Date;
  reason?: string | null;
}

/** Returns a change with a new id. */
export function expelling(change: Change, { userId, state, until = noEnd, reason = null }: Expulsion): Departure {
  return { ...change, userId, state, messageId: newId(), until: state === 'BANNED' ? until : null, reason };
}
