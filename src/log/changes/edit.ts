import { parseWithDates } from '../../base/json-dates.ts';
import { limits } from '../../base/limits.ts';
import type { User } from '../../generated/prisma/client.ts';
import type { MessageRow } from '../../graphql/nodes.ts';
import type { RoomEvent } from '../events/kinds.ts';
import { type Change, type ChangeKind, type Row, verdictOfWritten } from './change.ts';
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

/** A new text for a message. */
export interface Edit extends Change {
  messageId: string;
  text: string;
}

/** UNCHANGED: the message had this text already. */
export type EditOutcome =
  | { verdict: 'WRITTEN' | 'UNCHANGED'; message: MessageRow }
  | { verdict: EditRefusal; message: null };

export type EditRefusal = MessageRefusal | 'NOT_THE_AUTHOR' | 'DELETED' | 'TOO_OLD';

const text = `
  WITH want AS MATERIALIZED (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[])
      WITH ORDINALITY AS want(room, message, person, body, place)
  ), ${moment}, judged AS MATERIALIZED (
    SELECT want.*, moment.now, head."lastEventNumber", found."sequence", found."eventNumber", found."clientMessageId",
      found."replyToId", found."createdAt", found."editedAt", found."changeNumber", found."text",
      coalesce(${messageRefusal(refusalIn('EDIT_OWN'))}, CASE
      WHEN found."authorId" IS DISTINCT FROM want.person THEN 'NOT_THE_AUTHOR'
      WHEN found."deletedAt" IS NOT NULL THEN 'DELETED'
      WHEN found."text" = want.body THEN 'UNCHANGED'
      WHEN found."createdAt" < moment.now - make_interval(secs => $5) THEN 'TOO_OLD'
      ELSE $6::text
    END) AS verdict
    FROM moment CROSS JOIN want ${roomAndMember} ${message}
  ), numbered AS MATERIALIZED (
    SELECT judged.*, ${number} FROM judged
  ), edited AS (
    UPDATE "Message" edited SET "text" = fresh.body, "editedAt" = fresh.now,
      "changeNumber" = fresh."lastEventNumber" + fresh.number
    FROM (SELECT * FROM numbered WHERE verdict = 'WRITTEN') fresh
    WHERE ${only('edited."id"', 'fresh.message')}
  ), recorded AS (
    INSERT INTO "RoomEvent" ("roomId", "eventNumber", "type", "actorId", "messageId", "occurredAt")
    SELECT room, "lastEventNumber" + number, 'MESSAGE_UPDATED', person, message, now
    FROM numbered WHERE verdict = 'WRITTEN'
  ), ${raised({ lastEventNumber: 'max(number)' })}
  SELECT verdict, "lastEventNumber" + number AS event, now, "sequence", "eventNumber", "clientMessageId", "replyToId",
    "createdAt", "editedAt", "changeNumber", CASE WHEN verdict = 'UNCHANGED' THEN "text" END AS text, account.body AS author
  FROM numbered ${userJson('numbered.person', `numbered.verdict IN ('WRITTEN', 'UNCHANGED')`)}
  ORDER BY place`;

/** Replaces the text of a message by its author. The old text is not kept. */
export const edit: ChangeKind<Edit, EditOutcome> = {
  name: 'edit',
  // With the author, so that the edits of other users, which are refused, delay no edit by the author.
  keys: ({ messageId, actorId }) => [`text ${messageId} ${actorId}`],
  bytesOf: (change) => change.text.length * 2,
  statement: (changes, isDone) => {
    const column = (name: keyof Edit) => changes.map((change) => change[name]);
    const columns = (['roomId', 'messageId', 'actorId', 'text'] as const).map(column);
    return { name: 'edit', text, values: [...columns, limits.editWindowSeconds, verdictOfWritten(isDone)] };
  },
  read: (changes, rows) => {
    const events: RoomEvent[] = [];
    const outcomes = rows.map((row, index): EditOutcome => {
      const { verdict } = row;
      if (verdict !== 'WRITTEN' && verdict !== 'UNCHANGED') return { verdict, message: null };
      const change = changes[index]!;
      const message = messageOf(change, row);
      const { roomId, actorId } = change;
      const event = { roomId, actorId, eventNumber: row.event, occurredAt: row.now, message };
      if (verdict === 'WRITTEN') events.push({ ...event, type: 'MESSAGE_UPDATED' });
      return { verdict, message };
    });
    return { outcomes, events };
  },
};

function messageOf({ messageId, roomId, actorId, text: body }: Edit, row: Row): MessageRow {
  const { sequence, eventNumber, clientMessageId, replyToId, createdAt } = row;
  return {
    id: messageId,
    roomId,
    sequence,
    eventNumber,
    kind: 'USER',
    authorId: actorId,
    // After a lost answer, the text may have been changed again.
    text: row.text ?? body,
    clientMessageId,
    replyToId,
    systemEventType: null,
    systemSubjectId: null,
    createdAt,
    editedAt: row.verdict === 'WRITTEN' ? row.now : row.editedAt,
    deletedAt: null,
    changeNumber: row.verdict === 'WRITTEN' ? row.event : row.changeNumber,
    author: parseWithDates(row.author) as User | null,
  };
}
