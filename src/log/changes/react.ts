import { parseWithDates } from '../../base/json-dates.ts';
import { limits } from '../../base/limits.ts';
import type { Message, User } from '../../generated/prisma/client.ts';
import type { MessageRow } from '../../graphql/nodes.ts';
import type { RoomEvent } from '../events/kinds.ts';
import { type Change, type ChangeKind, verdictOfWritten } from './change.ts';
import {
  type MessageRefusal,
  message,
  messageRefusal,
  moment,
  only,
  raised,
  refusalIn,
  roomAndMember,
  userJson,
} from './fragments.ts';

/** A reaction that a user adds or removes. */
export interface Reacting extends Change {
  messageId: string;
  emoji: string;
  isAdded: boolean;
}

/** UNCHANGED: the reaction was there already, or was not there. */
export type ReactOutcome =
  | { verdict: 'WRITTEN' | 'UNCHANGED'; message: MessageRow }
  | { verdict: ReactRefusal; message: null };

/** FULL: the message has as many different emojis as it can have. */
export type ReactRefusal = MessageRefusal | 'DELETED' | 'FULL';

// The different emojis of a message are counted only if an emoji is new: one step in the index for each of them. Those that
// the same group removes still count. Reactions are deleted by ctid, as in `delete`.
const text = `
  WITH want AS MATERIALIZED (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::boolean[])
      WITH ORDINALITY AS want(room, message, person, emoji, "isAdded", place)
  ), ${moment}, judged AS MATERIALIZED (
    SELECT want.*, reaction.at, head."lastEventNumber", found."authorId", coalesce(${messageRefusal(refusalIn('REACT'))}, CASE
      WHEN found."deletedAt" IS NOT NULL AND want."isAdded" THEN 'DELETED'
      WHEN (reaction.at IS NOT NULL) = want."isAdded" THEN 'UNCHANGED'
      ELSE $7::text
    END) AS may
    FROM want ${roomAndMember} ${message}
    LEFT JOIN LATERAL (
      SELECT r.ctid AS at FROM "Reaction" r
      WHERE r."roomId" = want.room AND r."messageId" = want.message AND r."emoji" = want.emoji
        AND r."userId" = want.person LIMIT 1
    ) reaction ON true
  ), asked AS (
    SELECT judged.*, may = 'WRITTEN' AND "isAdded" AND row_number() OVER (
      PARTITION BY message, emoji, may = 'WRITTEN' AND "isAdded" ORDER BY place
    ) = 1 AS "isFirst" FROM judged
  ), novel AS MATERIALIZED (
    SELECT asked.*, "isFirst" AND same."userId" IS NULL AS "isNovel" FROM asked LEFT JOIN LATERAL (
      SELECT r."userId" FROM "Reaction" r
      WHERE asked."isFirst" AND r."roomId" = asked.room AND r."messageId" = asked.message AND r."emoji" = asked.emoji
      LIMIT 1
    ) same ON true
  ), counted AS MATERIALIZED (
    SELECT novel.*, "isNovel" AND emojis.count + count(*) FILTER (WHERE "isNovel") OVER (
      PARTITION BY message ORDER BY place ROWS UNBOUNDED PRECEDING
    ) > $6 AS "isFull" FROM novel LEFT JOIN LATERAL (
      WITH RECURSIVE step AS (
        (SELECT r."emoji" FROM "Reaction" r WHERE r."roomId" = novel.room AND r."messageId" = novel.message
          ORDER BY r."emoji" LIMIT 1)
        UNION ALL
        SELECT (SELECT r."emoji" FROM "Reaction" r WHERE r."roomId" = novel.room AND r."messageId" = novel.message
          AND r."emoji" > step."emoji" ORDER BY r."emoji" LIMIT 1)
        FROM step WHERE step."emoji" IS NOT NULL
      ) SELECT count("emoji")::int AS count FROM step WHERE novel."isNovel"
    ) emojis ON true
  ), decided AS (
    SELECT counted.*, CASE
      WHEN may = 'WRITTEN' AND "isAdded" AND bool_or("isFull") OVER (PARTITION BY message, emoji) THEN 'FULL'
      ELSE may
    END AS verdict FROM counted
  ), ranked AS (
    SELECT decided.*,
      verdict = 'WRITTEN' AND row_number() OVER (PARTITION BY message, verdict ORDER BY place) = 1 AS "isHead",
      row_number() OVER (PARTITION BY message ORDER BY place) = 1 AS "isShown"
    FROM decided
  ), numbered AS MATERIALIZED (
    SELECT ranked.*, moment.now,
      count(*) FILTER (WHERE "isHead") OVER (PARTITION BY room ORDER BY place ROWS UNBOUNDED PRECEDING)::int AS number,
      min(person::text) FILTER (WHERE verdict = 'WRITTEN') OVER (PARTITION BY message) AS "firstActor",
      max(person::text) FILTER (WHERE verdict = 'WRITTEN') OVER (PARTITION BY message) AS "lastActor"
    FROM ranked CROSS JOIN moment
  ), added AS (
    INSERT INTO "Reaction" ("roomId", "messageId", "emoji", "userId", "createdAt")
    SELECT room, message, emoji, person, now FROM numbered WHERE verdict = 'WRITTEN' AND "isAdded"
  ), taken AS (
    DELETE FROM "Reaction" WHERE ctid = ANY (ARRAY(
      SELECT at FROM numbered WHERE verdict = 'WRITTEN' AND NOT "isAdded"
    ))
  ), touched AS (
    UPDATE "Message" touched SET "changeNumber" = fresh."lastEventNumber" + fresh.number
    FROM (SELECT * FROM numbered WHERE "isHead") fresh
    WHERE ${only('touched."id"', 'fresh.message')}
  ), recorded AS (
    INSERT INTO "RoomEvent" ("roomId", "eventNumber", "type", "actorId", "messageId", "occurredAt")
    SELECT room, "lastEventNumber" + number, 'REACTIONS_CHANGED', CASE WHEN "firstActor" = "lastActor" THEN person END,
      message, now FROM numbered WHERE "isHead"
  ), ${raised({ lastEventNumber: 'max(number)' }, '"isHead"')}
  SELECT verdict, CASE WHEN "isHead" THEN "lastEventNumber" + number END AS event,
    CASE WHEN "firstActor" = "lastActor" THEN person END AS actor, now, shown.body AS message, account.body AS author
  FROM numbered LEFT JOIN LATERAL (
    SELECT to_jsonb(stored)::text AS body FROM "Message" stored
    WHERE stored."id" = numbered.message AND numbered."isShown" LIMIT 1
  ) shown ON true ${userJson('numbered."authorId"', 'numbered."isShown"')}
  ORDER BY place`;

/** Adds and removes reactions. All changes of one message in a group are one event, which shows the reactions after all of them. */
export const react: ChangeKind<Reacting, ReactOutcome> = {
  name: 'react',
  keys: ({ messageId, actorId }) => [`reaction ${messageId} ${actorId}`],
  statement: (changes, isDone) => {
    const column = (name: keyof Reacting) => changes.map((change) => change[name]);
    const columns = (['roomId', 'messageId', 'actorId', 'emoji', 'isAdded'] as const).map(column);
    return { name: 'react', text, values: [...columns, limits.emojisPerMessage, verdictOfWritten(isDone)] };
  },
  read: (changes, rows) => {
    const events: RoomEvent[] = [];
    const messages = new Map<string, MessageRow>();
    const outcomes = rows.map((row, index): ReactOutcome => {
      const { verdict } = row;
      const { roomId, messageId } = changes[index]!;
      // Only the first row of a message has it.
      if (row.message !== null) messages.set(messageId, messageOf(row.message, row.author));
      if (verdict !== 'WRITTEN' && verdict !== 'UNCHANGED') return { verdict, message: null };
      const message = messages.get(messageId)!;
      // The row was read before the reactions of the group.
      if (row.event !== null) message.changeNumber = row.event;
      const event = { roomId, actorId: row.actor, occurredAt: row.now, message };
      if (row.event !== null) events.push({ ...event, type: 'REACTIONS_CHANGED', eventNumber: row.event });
      return { verdict, message };
    });
    return { outcomes, events };
  },
};

function messageOf(message: string, author: string | null): MessageRow {
  return { ...(parseWithDates(message) as Message), author: author === null ? null : (parseWithDates(author) as User) };
}
