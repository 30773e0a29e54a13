import { newId } from '../../base/ids.ts';
import type { Membership, Room } from '../../generated/prisma/client.ts';
import {
  type AdmissionIds,
  type Admitted,
  admissionSql,
  admissionValues,
  readAdmissions,
  wantedNewcomers,
} from './admission.ts';
import { type Change, type ChangeKind, verdictOfWritten } from './change.ts';
import { roomAndMember } from './fragments.ts';

/** A user who joins a public room. */
export interface Joining extends Change, AdmissionIds {}

/** UNCHANGED: the user was a member already. */
export type JoinOutcome =
  | { verdict: 'WRITTEN'; membership: Membership; room: Room }
  | { verdict: 'UNCHANGED'; membership: Membership; room: null }
  | { verdict: JoinRefusal; membership: null; room: null };

/** NO_ROOM: also a private room, which users do not join by themselves. */
export type JoinRefusal = 'NO_ROOM' | 'BANNED' | 'ARCHIVED';

const text = admissionSql(`
  ${wantedNewcomers}, decided AS MATERIALIZED (
    SELECT want.*, own."id" AS known, head."lastSequence", head."lastEventNumber", head."memberCount", CASE
      WHEN access.standing = 'member' THEN 'UNCHANGED'
      WHEN access.standing = 'outsider' THEN 'NO_ROOM'
      WHEN access.standing = 'banned' THEN 'BANNED'
      WHEN room."archivedAt" IS NOT NULL THEN 'ARCHIVED'
      ELSE $7::text
    END AS verdict
    FROM want ${roomAndMember}
  )`);

/** Makes a user a member of a public room, and announces it to small rooms. */
export const join: ChangeKind<Joining, JoinOutcome> = {
  name: 'join',
  keys: ({ roomId, actorId }) => [memberKey(roomId, actorId)],
  statement: (changes, isDone) => ({
    name: 'join',
    text,
    values: [...admissionValues(changes.map(admittedBy)), verdictOfWritten(isDone)],
  }),
  read: (changes, rows) => {
    const { outcomes, events } = readAdmissions(changes.map(admittedBy), rows);
    return { outcomes: outcomes as JoinOutcome[], events };
  },
};

/** Returns the key of changes that begin or end a user's membership. */
export function memberKey(roomId: string, userId: string): string {
  return `member ${roomId} ${userId}`;
}

/** Returns a change with new ids. */
export function joining({ roomId, actorId }: Change): Joining {
  return { roomId, actorId, membershipId: newId(), welcomeId: newId() };
}

function admittedBy(change: Joining): Admitted {
  return { ...change, userId: change.actorId };
}
