import { parseWithDates } from '../../base/json-dates.ts';
import type { Message, User } from '../../generated/prisma/client.ts';
import type { MessageRow } from '../../graphql/nodes.ts';
import type { RoomEvent } from '../events/kinds.ts';
import type { Change, ChangeKind } from './change.ts';
import {
  type MessageRefusal,
  message,
  messageRefusal,
  moment,
  number,
  only,
  raised,
  refusalIn,
  roomAndMember,
  userJson,
} from './fragments.ts';

/** A message to delete. */
export interface Deletion extends Change {
  messageId: string;
}

/** UNCHANGED: it was deleted before. */
export type DeleteOutcome =
  | { verdict: 'WRITTEN' | 'UNCHANGED'; message: MessageRow }
  | { verdict: DeleteRefusal; message: null };

export type DeleteRefusal = MessageRefusal;

// Reactions are deleted by the address of their row (ctid), which no other transaction can change: a reaction is never
// updated, and the room is locked. With `DELETE … USING`, PostgreSQL read all reactions.
const text = `
  WITH want AS MATERIALIZED (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) WITH ORDINALITY AS want(room, message, person, place)
  ), ${moment}, judged AS (
    SELECT want.*, moment.now, head."lastEventNumber", found."authorId",
      coalesce(${messageRefusal(refusalIn('DELETE_OWN'))}, CASE
        WHEN found."authorId" IS DISTINCT FROM want.person THEN ${refusalIn('DELETE_ANY')}
      END, CASE
      WHEN found."deletedAt" IS NOT NULL THEN 'UNCHANGED'
      ELSE $4::text
    END) AS may
    FROM moment CROSS JOIN want ${roomAndMember} ${message}
  ), decided AS MATERIALIZED (
    SELECT judged.*, CASE
      WHEN may = 'WRITTEN' AND row_number() OVER (PARTITION BY message, may ORDER BY place) > 1 THEN 'UNCHANGED'
      ELSE may
    END AS verdict
    FROM judged
  ), numbered AS MATERIALIZED (
    SELECT decided.*, ${number} FROM decided
  ), emptied AS (
    UPDATE "Message" emptied SET "text" = NULL, "deletedAt" = fresh.now,
      "changeNumber" = fresh."lastEventNumber" + fresh.number
    FROM (SELECT * FROM numbered WHERE verdict = 'WRITTEN') fresh
    WHERE ${only('emptied."id"', 'fresh.message')}
  ), forgotten AS (
    DELETE FROM "Reaction" WHERE ctid = ANY (ARRAY(
      SELECT gone.at FROM numbered CROSS JOIN LATERAL (
        SELECT r.ctid AS at FROM "Reaction" r
        WHERE r."roomId" = numbered.room AND r."messageId" = numbered.message OFFSET 0
      ) gone WHERE verdict = 'WRITTEN'
    ))
  ), recorded AS (
    INSERT INTO "RoomEvent" ("roomId", "eventNumber", "type", "actorId", "messageId", "occurredAt")
    SELECT room, "lastEventNumber" + number, 'MESSAGE_DELETED', person, message, now
    FROM numbered WHERE verdict = 'WRITTEN'
  ), ${raised({ lastEventNumber: 'max(number)' })}
  SELECT verdict, "lastEventNumber" + number AS event, now, before.body AS message, account.body AS author
  FROM numbered
  LEFT JOIN LATERAL (
    SELECT (to_jsonb(stored) - 'text')::text AS body FROM "Message" stored
    WHERE stored."id" = numbered.message AND verdict IN ('WRITTEN', 'UNCHANGED') LIMIT 1
  ) before ON true ${userJson('numbered."authorId"', `verdict IN ('WRITTEN', 'UNCHANGED')`)}
  ORDER BY place`;

/** Deletes the text and the reactions of a message, by its author, an owner or a moderator. */
export const deletion: ChangeKind<Deletion, DeleteOutcome> = {
  name: 'delete',
  // The statement finds several deletions of one message by itself: the first of them is written.
  keys: () => [],
  statement: (changes, isDone) => {
    const column = (name: keyof Deletion) => changes.map((change) => change[name]);
    const columns = (['roomId', 'messageId', 'actorId'] as const).map(column);
    // If an earlier attempt was committed and the message is there, that attempt refused to delete it.
    const values = [...columns, isDone ? 'FORBIDDEN' : 'WRITTEN'];
    return { name: 'delete', text, values };
  },
  read: (changes, rows) => {
    const events: RoomEvent[] = [];
    const numbers = new Map<string, number>();
    const outcomes = rows.map((row, index): DeleteOutcome => {
      const { verdict } = row;
      if (verdict !== 'WRITTEN' && verdict !== 'UNCHANGED') return { verdict, message: null };
      const { roomId, actorId, messageId } = changes[index]!;
      if (verdict === 'WRITTEN') numbers.set(messageId, row.event);
      const before = parseWithDates(row.message) as Message;
      const author = parseWithDates(row.author) as User | null;
      // UNCHANGED because of an earlier deletion of the group: the row was read before that one was written.
      const changeNumber = numbers.get(messageId) ?? before.changeNumber;
      const message = { ...before, author, text: null, deletedAt: before.deletedAt ?? row.now, changeNumber };
      const event = { roomId, actorId, eventNumber: row.event, occurredAt: row.now, message };
      if (verdict === 'WRITTEN') events.push({ ...event, type: 'MESSAGE_DELETED' });
      return { verdict, message };
    });
    return { outcomes, events };
  },
};
