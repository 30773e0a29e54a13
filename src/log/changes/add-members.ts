import type { RightRefusal } from '../../access/rights.ts';
import { stateSql } from '../../access/standing.ts';
import { newId } from '../../base/ids.ts';
import type { Membership } from '../../generated/prisma/client.ts';
import {
  type AdmissionIds,
  type Admitted,
  admissionSql,
  admissionValues,
  readAdmissions,
  wantedNewcomers,
} from './admission.ts';
import { type Change, type ChangeKind, verdictOfWritten } from './change.ts';
import { refusalIn, roomAndMember } from './fragments.ts';
import { memberKey } from './join.ts';

/** Users whom a member adds to a room. */
export interface Addition extends Change {
  /** At least one, each once. */
  newcomers: readonly (AdmissionIds & { userId: string })[];
}

/** The memberships of all users, also of those who were members before, in the order of `newcomers`. */
export type AddOutcome = { verdict: 'WRITTEN'; memberships: Membership[] } | { verdict: AddRefusal; memberships: null };

/** NEWCOMER_BANNED: one of the users is banned, so none is added. */
export type AddRefusal = RightRefusal | 'NEWCOMER_BANNED';

// All newcomers of a change are admitted, or none: its verdict is computed over all of its rows.
const text = admissionSql(`
  ${wantedNewcomers}, judged AS MATERIALIZED (
    SELECT want.*, addition.number AS addition, newcomer."id" AS known, newcomer.state,
      head."lastSequence", head."lastEventNumber", head."memberCount", ${refusalIn('ADD_MEMBERS')} AS refusal
    FROM want ${roomAndMember}
    CROSS JOIN LATERAL (SELECT ($8::int[])[want.place] AS number) addition
    LEFT JOIN LATERAL (
      SELECT "id", ${stateSql({ state: '"state"', bannedUntil: '"bannedUntil"' })} AS state
      FROM "Membership" WHERE "roomId" = want.room AND "userId" = want.newcomer LIMIT 1
    ) newcomer ON true
  ), decided AS MATERIALIZED (
    SELECT judged.*, CASE
      WHEN refusal IS NOT NULL THEN refusal
      WHEN bool_or(state = 'BANNED') OVER (PARTITION BY addition) THEN 'NEWCOMER_BANNED'
      WHEN state = 'JOINED' THEN 'UNCHANGED'
      ELSE $7::text
    END AS verdict
    FROM judged
  )`);

/** Makes users members of a room of which the actor is a member: all of them or none. */
export const addMembers: ChangeKind<Addition, AddOutcome> = {
  name: 'add members',
  keys: ({ roomId, newcomers }) => newcomers.map(({ userId }) => memberKey(roomId, userId)),
  statement: (changes, isDone) => {
    const additions = changes.flatMap(({ newcomers }, index) => newcomers.map(() => index));
    const values = [...admissionValues(changes.flatMap(admittedBy)), verdictOfWritten(isDone), additions];
    return { name: 'add members', text, values };
  },
  read: (changes, rows) => {
    const { outcomes: admissions, events } = readAdmissions(changes.flatMap(admittedBy), rows);
    const outcomes = changes.map(({ newcomers }): AddOutcome => {
      const own = admissions.splice(0, newcomers.length);
      const memberships = own.flatMap(({ membership }) => membership ?? []);
      if (memberships.length === newcomers.length) return { verdict: 'WRITTEN', memberships };
      const refused = own.find(({ membership }) => !membership)!;
      return { verdict: refused.verdict as AddRefusal, memberships: null };
    });
    return { outcomes, events };
  },
};

/** Returns a change with new ids. */
export function adding(change: Change, userIds: readonly string[]): Addition {
  const newcomers = [...new Set(userIds)].map((userId) => ({ userId, membershipId: newId(), welcomeId: newId() }));
  return { ...change, newcomers };
}

function admittedBy({ roomId, actorId, newcomers }: Addition): Admitted[] {
  return newcomers.map((newcomer) => ({ ...newcomer, roomId, actorId }));
}
