import { isModeratingSql } from '../../access/rank.ts';
import type { RightRefusal } from '../../access/rights.ts';
import { parseWithDates } from '../../base/json-dates.ts';
import type { Message, User } from '../../generated/prisma/client.ts';
import type { MessageRow } from '../../graphql/nodes.ts';
import type { RoomEvent } from '../events/kinds.ts';
import type { Change, ChangeKind, Row } from './change.ts';
import { moment, number, only, raised, refusalIn, roomAndMember } from './fragments.ts';
import { join, joining } from './join.ts';
import { slowModeWaitSql } from './slow-mode.ts';

/** A message to write. */
export interface Draft extends Change {
  id: string;
  /** Whether the client chose the id, which is its `clientMessageId` then: another message may have it. */
  isIdChosen?: boolean;
  text: string;
  clientMessageId: string;
  replyToId: string | null;
}

/** WRITTEN has the new message, KNOWN the message that was stored before with the same clientMessageId. */
export type SendOutcome =
  | { verdict: 'WRITTEN' | 'KNOWN'; message: MessageRow }
  | { verdict: 'MUTED' | 'BANNED'; message: null; until: Date | null }
  | { verdict: 'SLOW_MODE'; message: null; waitMs: number }
  | { verdict: SendRefusal; message: null };

/** NOT_A_MEMBER: a public room that the author could not join. TAKEN: another message has the id. */
export type SendRefusal = Exclude<RightRefusal, 'MUTED' | 'BANNED'> | 'NO_REPLY' | 'TAKEN';

// The first case is a draft that an earlier attempt of its group stored under its own id ($7: that attempt was committed, and
// its answer was lost). The author may have been banned since.
//
// TAKEN is possible only if the client chose the id. The statement joins a public room only for messages that are not TAKEN.
// Messages are inserted in the order of their ids: clients can choose them, and two groups that insert the same ids in opposite
// orders would deadlock.
//
// Of several drafts of an author in a room with slow mode, it writes the first one. The list of those is made when it is first
// needed, so other rooms do not pay for it.
const text = `
  WITH want AS MATERIALIZED (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::uuid[])
      WITH ORDINALITY AS want(id, room, person, body, reference, reply, place)
  ), ${moment}, judged AS MATERIALIZED (
    SELECT want.*, moment.now, own."id" AS member, known."id" AS known, head."lastSequence", head."lastEventNumber",
      CASE access.rank WHEN 'BANNED' THEN own."bannedUntil" ELSE own."mutedUntil" END AS until,
      pause.seconds * 1000 AS "pauseMs", wait.ms AS "waitMs", actor.body AS author, CASE
      WHEN $7::boolean AND known."id" = want.id THEN 'KNOWN'
      WHEN access.rank NOT IN ('BANNED', 'OUTSIDER') AND known."id" IS NOT NULL THEN 'KNOWN'
      ELSE coalesce(${refusalIn('SEND_MESSAGE')}, CASE
        WHEN want.reply IS NOT NULL AND replied."roomId" IS DISTINCT FROM want.room THEN 'NO_REPLY'
        WHEN taken."id" IS NOT NULL THEN 'TAKEN'
        WHEN wait.ms > 0 THEN 'SLOW_MODE'
        WHEN access.standing <> 'member' THEN 'NOT_A_MEMBER'
        ELSE 'WRITTEN'
      END)
    END AS may
    FROM moment CROSS JOIN want ${roomAndMember}
    LEFT JOIN LATERAL (
      SELECT "id" FROM "Message"
      WHERE "roomId" = want.room AND "authorId" = want.person AND "clientMessageId" = want.reference LIMIT 1
    ) known ON true
    LEFT JOIN LATERAL (
      SELECT "id" FROM "Message" WHERE want.reference = want.id::text AND "id" = want.id LIMIT 1
    ) taken ON true
    LEFT JOIN LATERAL (SELECT "roomId" FROM "Message" WHERE "id" = want.reply LIMIT 1) replied ON true
    CROSS JOIN LATERAL (
      SELECT CASE WHEN ${isModeratingSql('access.rank')} THEN 0 ELSE room."slowModeSeconds" END AS seconds
    ) pause
    CROSS JOIN LATERAL (
      SELECT ${slowModeWaitSql({ lastMessageAt: 'own."lastMessageAt"', seconds: 'pause.seconds', now: 'moment.now' })} AS ms
    ) wait
  ), numbered AS MATERIALIZED (
    SELECT decided.*, ${number} FROM (
      SELECT judged.*, CASE
        WHEN may = 'WRITTEN' AND "pauseMs" > 0 AND place NOT IN (
          SELECT min(place) FROM judged WHERE may = 'WRITTEN' AND "pauseMs" > 0 GROUP BY room, person
        ) THEN 'SLOW_MODE'
        ELSE may
      END AS verdict FROM judged
    ) decided
  ), written AS (
    INSERT INTO "Message"
      ("id", "roomId", "sequence", "eventNumber", "kind", "authorId", "text", "clientMessageId", "replyToId", "createdAt")
    SELECT id, room, "lastSequence" + number, "lastEventNumber" + number, 'USER', person, body, reference, reply, now
    FROM numbered WHERE verdict = 'WRITTEN' ORDER BY id
  ), seen AS (
    UPDATE "Membership" reader
    SET "lastReadSequence" = greatest(reader."lastReadSequence", newest.sequence), "lastMessageAt" = newest.at
    FROM (
      SELECT member, max("lastSequence" + number) AS sequence, max(now) AS at
      FROM numbered WHERE verdict = 'WRITTEN' GROUP BY member
    ) newest
    WHERE ${only('reader."id"', 'newest.member')}
  ), ${raised({ lastSequence: 'max(number)', lastEventNumber: 'max(number)' })}
  SELECT verdict, "lastSequence" + number AS sequence, "lastEventNumber" + number AS "eventNumber", now,
    first.body AS known, author, until, CASE may WHEN 'SLOW_MODE' THEN "waitMs" ELSE "pauseMs" END AS "waitMs"
  FROM numbered
  LEFT JOIN LATERAL (
    SELECT to_jsonb(earlier)::text AS body FROM "Message" earlier
    WHERE earlier."id" = numbered.known AND numbered.verdict = 'KNOWN' LIMIT 1
  ) first ON true
  ORDER BY place`;

/** Writes a message and moves the read position of its author to it. Joins a public room first. */
export const send: ChangeKind<Draft, SendOutcome> = {
  name: 'send',
  // The second draft with a reference, or with an id, must find the message of the first.
  keys: ({ roomId, actorId, clientMessageId, id, isIdChosen }) => {
    const ofReference = `message ${roomId} ${actorId} ${clientMessageId}`;
    return isIdChosen ? [ofReference, `id ${id}`] : [ofReference];
  },
  bytesOf: ({ text }) => text.length * 2,
  statement: (drafts, isDone) => {
    const column = (name: keyof Draft) => drafts.map((draft) => draft[name]);
    const columns = (['id', 'roomId', 'actorId', 'text', 'clientMessageId', 'replyToId'] as const).map(column);
    return { name: 'send', text, values: [...columns, isDone] };
  },
  read: (drafts, rows) => {
    const events: RoomEvent[] = [];
    const outcomes = rows.map((row, index): SendOutcome => {
      const draft = drafts[index]!;
      const message = messageOf(draft, row);
      if (!message) return refusalOf(row);
      // KNOWN by an id that the server made: an earlier attempt was committed, but its answer was lost.
      if (row.known !== null && (draft.isIdChosen || message.id !== draft.id)) return { verdict: 'KNOWN', message };
      const { roomId, eventNumber, createdAt: occurredAt, authorId: actorId } = message;
      events.push({ type: 'MESSAGE_ADDED', roomId, eventNumber, occurredAt, actorId, message });
      return { verdict: 'WRITTEN', message };
    });
    return { outcomes, events };
  },
  // Members, who send most messages, pay nothing for this.
  insteadOf: (draft, { verdict }) =>
    verdict === 'NOT_A_MEMBER'
      ? [
          { kind: join, change: joining(draft) },
          { kind: send, change: draft },
        ]
      : null,
};

function refusalOf({ verdict, until, waitMs }: Row): SendOutcome {
  if (verdict === 'MUTED' || verdict === 'BANNED') return { verdict, message: null, until };
  if (verdict === 'SLOW_MODE') return { verdict, message: null, waitMs };
  return { verdict, message: null };
}

/**
 * Returns the message that is stored for a draft, with its author; null if none is. A new message is made from its
 * draft and not read back: making JSON of every message took a third of PostgreSQL's time for it.
 */
function messageOf(draft: Draft, row: Row): MessageRow | null {
  const author = row.author === null ? null : (parseWithDates(row.author) as User);
  if (row.known !== null) return { ...(parseWithDates(row.known) as Message), author };
  if (row.verdict !== 'WRITTEN') return null;
  // Property by property: with spread syntax, V8 made slow objects, at a fifth of the CPU time of a message.
  return {
    id: draft.id,
    roomId: draft.roomId,
    sequence: row.sequence,
    eventNumber: row.eventNumber,
    kind: 'USER',
    authorId: draft.actorId,
    text: draft.text,
    clientMessageId: draft.clientMessageId,
    replyToId: draft.replyToId,
    systemEventType: null,
    systemSubjectId: null,
    createdAt: row.now,
    editedAt: null,
    deletedAt: null,
    changeNumber: null,
    author,
  };
}
