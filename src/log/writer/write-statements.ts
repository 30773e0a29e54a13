import { standingSql } from '../../access/standing.ts';
import { parseWithDates } from '../../base/json-dates.ts';
import type { Message, User } from '../../generated/prisma/client.ts';
import type { MessageRow } from '../../graphql/nodes.ts';
import type { Statement } from '../../storage/transaction-query.ts';
import type { Draft, Verdict } from './queued-message.ts';

export interface VerdictRow {
  /** Position of the draft among the drafts, from 1. */
  ordinal: string;
  verdict: Verdict;
  /** What the database adds to a draft that it writes; null otherwise. */
  sequence: number | null;
  eventNumber: number | null;
  createdAt: Date | null;
  /** The message that was stored before, as JSON; null otherwise. */
  known: string | null;
  /** The author of the message, as JSON; null without one. */
  author: string | null;
}

/**
 * Locks the counters of the rooms, always in the same order, so that two groups that share rooms never deadlock. It is a
 * statement of its own, so that the next statement sees everything that was committed before the locks were granted.
 */
function lock(drafts: readonly Draft[], mayWait: boolean): Statement {
  const values = [[...new Set(drafts.map(({ roomId }) => roomId))]];
  const text = 'SELECT FROM "RoomHead" WHERE "roomId" = ANY($1::uuid[]) ORDER BY "roomId" FOR NO KEY UPDATE';
  return mayWait ? { name: 'lock heads', text, values } : { name: 'lock heads now', text: `${text} NOWAIT`, values };
}

// `to_jsonb(first)` and `to_jsonb(account)` need aliases that no column has as its name: PostgreSQL prefers the column.
// The first case is a draft that an earlier attempt stored under its own id. The answer to that attempt was lost, and
// the author may have been banned since.
const text = `
  WITH draft AS MATERIALIZED (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::uuid[])
      WITH ORDINALITY AS draft(id, room, author, body, reference, reply, ordinal)
  ), judged AS MATERIALIZED (
    SELECT draft.*, known."id" AS known, CASE
      WHEN known."id" = draft.id THEN 'KNOWN'
      WHEN access.standing = 'banned' THEN 'BANNED'
      WHEN access.standing = 'outsider' THEN 'NO_ROOM'
      WHEN known."id" IS NOT NULL THEN 'KNOWN'
      WHEN room."archivedAt" IS NOT NULL THEN 'ARCHIVED'
      WHEN draft.reply IS NOT NULL AND replied."id" IS NULL THEN 'NO_REPLY'
      WHEN access.standing <> 'member' THEN 'NOT_A_MEMBER'
      ELSE 'WRITTEN'
    END AS verdict
    FROM draft
    LEFT JOIN "Room" room ON room."id" = draft.room
    LEFT JOIN "Membership" membership ON membership."roomId" = draft.room AND membership."userId" = draft.author
    CROSS JOIN LATERAL (SELECT ${standingSql({ kind: 'room."kind"', state: 'membership."state"' })} AS standing) access
    LEFT JOIN "Message" known ON known."roomId" = draft.room AND known."authorId" = draft.author
      AND known."clientMessageId" = draft.reference
    LEFT JOIN "Message" replied ON replied."id" = draft.reply AND replied."roomId" = draft.room
  ), moment AS MATERIALIZED (
    SELECT clock_timestamp() AS now
  ), fresh AS (
    SELECT judged.*, row_number() OVER (PARTITION BY room ORDER BY ordinal)::int AS number
    FROM judged WHERE verdict = 'WRITTEN'
  ), written AS (
    INSERT INTO "Message"
      ("id", "roomId", "sequence", "eventNumber", "kind", "authorId", "text", "clientMessageId", "replyToId", "createdAt")
    SELECT fresh.id, fresh.room, head."lastSequence" + fresh.number, head."lastEventNumber" + fresh.number, 'USER',
      fresh.author, fresh.body, fresh.reference, fresh.reply, moment.now
    FROM moment CROSS JOIN fresh JOIN "RoomHead" head ON head."roomId" = fresh.room
    RETURNING *
  ), seen AS (
    UPDATE "Membership" reader SET "lastReadSequence" = newest.sequence
    FROM (SELECT "roomId", "authorId", max("sequence") AS sequence FROM written GROUP BY 1, 2) newest
    WHERE reader."roomId" = newest."roomId" AND reader."userId" = newest."authorId"
      AND reader."lastReadSequence" < newest.sequence
  ), raised AS (
    UPDATE "RoomHead" head
    SET "lastSequence" = head."lastSequence" + added.number, "lastEventNumber" = head."lastEventNumber" + added.number,
      "lastEventAt" = moment.now
    FROM moment CROSS JOIN (SELECT room, max(number) AS number FROM fresh GROUP BY room) added
    WHERE head."roomId" = added.room
  )
  SELECT judged.ordinal, judged.verdict,
    written."sequence", written."eventNumber", written."createdAt",
    CASE judged.verdict WHEN 'KNOWN' THEN to_jsonb(first)::text END AS known, to_jsonb(account)::text AS author
  FROM judged
  LEFT JOIN written ON written."id" = judged.id
  LEFT JOIN "Message" first ON first."id" = judged.known
  LEFT JOIN "User" account ON account."id" = judged.author AND judged.verdict IN ('WRITTEN', 'KNOWN')`;

function write(drafts: readonly Draft[]): Statement {
  const column = (name: keyof Draft) => drafts.map((draft) => draft[name]);
  const values = (['id', 'roomId', 'authorId', 'text', 'clientMessageId', 'replyToId'] as const).map(column);
  return { name: 'write messages', text, values };
}

/**
 * Returns the statements of one transaction that writes drafts, raises the counters of their rooms and moves the read
 * position of each author to their own message. The last statement returns `VerdictRow`s. Unless it `mayWait`, the
 * transaction fails at once if another one has locked one of the rooms. No two drafts may have the same room, author
 * and clientMessageId.
 */
export function writeStatements(drafts: readonly Draft[], mayWait = true): Statement[] {
  return [lock(drafts, mayWait), write(drafts)];
}

/**
 * Returns the message that is stored for a draft, with its author; null if none is. A new message is made from its
 * draft and not read back: making JSON of every message took a third of PostgreSQL's time for it.
 */
export function storedMessage(draft: Draft, row: VerdictRow): MessageRow | null {
  const { sequence, eventNumber, createdAt, known } = row;
  const author = row.author === null ? null : (parseWithDates(row.author) as User);
  if (known !== null) return { ...(parseWithDates(known) as Message), author };
  if (sequence === null || eventNumber === null || createdAt === null) return null;
  // Property by property: with spread syntax, V8 made slow objects, at a fifth of the CPU time of a message.
  return {
    id: draft.id,
    roomId: draft.roomId,
    sequence,
    eventNumber,
    kind: 'USER',
    authorId: draft.authorId,
    text: draft.text,
    clientMessageId: draft.clientMessageId,
    replyToId: draft.replyToId,
    systemEventType: null,
    systemSubjectId: null,
    createdAt,
    editedAt: null,
    deletedAt: null,
    author,
  };
}
