import { type Message, Prisma, type User } from '../generated/prisma/client.ts';
import type { Context } from '../graphql/context.ts';
import type { MessageRow, ReactionGroup } from '../graphql/nodes.ts';
import { queryOf } from '../graphql/query.ts';
import { columnsOf } from '../storage/columns.ts';
import { byId, type JsonRows, jsonTable, parametersAfter } from '../storage/json-rows.ts';
import { type PageSource, pagesSql } from '../storage/pages.ts';
import { userRows } from '../users/rows.ts';
import type { MessageParts } from './parts.ts';

const columns = (alias: string) => columnsOf(Prisma.MessageScalarFieldEnum, alias);

const messageRows = jsonTable<Message>(Object.values(Prisma.MessageScalarFieldEnum), {
  createdAt: true,
  editedAt: true,
  deletedAt: true,
});
const groupRows = jsonTable<GroupRow>(['messageId', 'emoji', 'count', 'own'], {});

/** Messages of rooms, ordered by number. */
export const messagesOfRooms: PageSource = {
  table: 'Message',
  columns: columns('t'),
  leading: { roomId: 'parent.id' },
  key: 'sequence',
  keyType: 'int',
  hasIndexOfKey: false,
};

/** SQL: the message of `want.room` with a number. Several indexes begin with the room; one has the order asked for. */
const numbered = (number: string) => `
  SELECT t.* FROM "Message" t WHERE t."roomId" = want.room AND t."sequence" BETWEEN ${number} AND ${number}
  ORDER BY t."sequence" LIMIT 1`;

/** Where messages are read from; each is a statement, whose first values are those of its SQL. */
const sources = {
  'page of messages': pagesSql(messagesOfRooms, false),
  'page of messages, backwards': pagesSql(messagesOfRooms, true),
  'newest messages': `
    SELECT ${columns('t')} FROM unnest($1::uuid[]) AS want(room)
    CROSS JOIN LATERAL (SELECT h."lastSequence" AS number FROM "RoomHead" h WHERE h."roomId" = want.room LIMIT 1) head
    CROSS JOIN LATERAL (${numbered('head.number')}) t`,
  'messages by id': `
    SELECT ${columns('t')} FROM unnest($1::uuid[]) AS want(id) CROSS JOIN LATERAL (
      SELECT t.* FROM "Message" t WHERE t."id" = want.id LIMIT 1
    ) t`,
  'messages at places': `
    SELECT ${columns('t')} FROM unnest($1::uuid[], $2::int[]) AS want(room, number)
    CROSS JOIN LATERAL (${numbered('want.number')}) t`,
};

/**
 * Returns a statement that reads messages, and of the parts only those that its last five values ask for. One text for all
 * parts, because each connection keeps the plans of all texts.
 */
function statementOf(source: string): string {
  const [viewer, subjects, authors, replies, reactions] = parametersAfter(source, 5);
  const userIds = (alias: string) => `
    SELECT ${alias}."authorId" FROM ${alias} WHERE ${authors}::boolean
    UNION SELECT ${alias}."systemSubjectId" FROM ${alias} WHERE ${subjects}::boolean`;
  const users = `
    SELECT ${columnsOf(Prisma.UserScalarFieldEnum, 'u')} FROM "User" u
    WHERE u."id" = ANY(ARRAY(${userIds('found')} UNION ${userIds('replies')}))`;
  const groups = `
    SELECT r."messageId", r."emoji", count(*)::int AS count, bool_or(r."userId" = ${viewer}::uuid) AS own,
      min(r."createdAt") AS first
    FROM "Reaction" r
    WHERE r."roomId" = ANY(ARRAY(SELECT DISTINCT found."roomId" FROM found WHERE ${reactions}::boolean))
      AND r."messageId" = ANY(ARRAY(SELECT found."id" FROM found WHERE ${reactions}::boolean))
    GROUP BY r."messageId", r."emoji"`;
  return `
    WITH found AS MATERIALIZED (${source}), replies AS MATERIALIZED (
      SELECT ${columns('t')} FROM "Message" t
      WHERE t."id" = ANY(ARRAY(SELECT found."replyToId" FROM found WHERE ${replies}::boolean))
    )
    SELECT ${messageRows.sql('SELECT * FROM found')} AS messages, ${messageRows.sql('SELECT * FROM replies')} AS replies,
      ${userRows.sql(users)} AS users, ${groupRows.sql(groups, 'ORDER BY row.first, row."emoji"')} AS groups`;
}

/** Returns a statement that reads messages alone. It does not wait for another table that somebody has locked. */
const aloneSql = (source: string) => `SELECT ${messageRows.sql(source)} AS messages`;

const statements = Object.fromEntries(
  Object.entries(sources).map(([name, source]) => [name, { withParts: statementOf(source), alone: aloneSql(source) }]),
) as Record<keyof typeof sources, Record<'withParts' | 'alone', string>>;

/** The most messages that one statement reads: with the messages that they reply to, 16 MB of text at most. */
export const rowsAtOnce = 500;

interface GroupRow {
  messageId: string;
  emoji: string;
  count: number;
  own: boolean | null;
}

interface Answer extends Record<string, unknown> {
  messages: JsonRows;
  replies: JsonRows;
  users: JsonRows;
  groups: JsonRows;
}

interface Wanted {
  source: keyof typeof sources;
  /** The values of the source. */
  values: readonly unknown[];
  parts: MessageParts;
}

/** Reads messages with their parts, in one statement and in any order. */
export async function readMessages(context: Context, { source, values, parts }: Wanted): Promise<MessageRow[]> {
  const { subjects, authors, replies, reactions } = parts;
  const query = queryOf(context);
  const { withParts, alone } = statements[source];
  if (!subjects && !authors && !replies && !reactions) {
    const [answer] = await query<Answer>(`${source}, alone`, alone, [...values]);
    return messageRows.rows(answer?.messages);
  }
  const viewer = reactions ? (context.viewer?.userId ?? null) : null;
  const given = [...values, viewer, subjects, authors, replies, reactions];
  const [answer] = await query<Answer>(source, withParts, given);
  return assembled(answer as Answer, parts);
}

/** Returns the texts of messages, and of the messages that they reply to, each once. */
export function textsIn(messages: readonly MessageRow[]): (string | null)[] {
  const replies = new Set(messages.map(({ replyTo }) => replyTo ?? null));
  return [...messages, ...replies].map((message) => message?.text ?? null);
}

/** Returns the messages of an answer, each with its parts. */
function assembled(answer: Answer, parts: MessageParts): MessageRow[] {
  const users = byId(userRows.rows(answer.users));
  const replies = byId<MessageRow>(messageRows.rows(answer.replies));
  const messages: MessageRow[] = messageRows.rows(answer.messages);
  for (const reply of replies.values()) addUsers(reply, users, parts);
  for (const message of messages) {
    addUsers(message, users, parts);
    if (parts.replies) message.replyTo = repliedTo(message, replies);
    if (parts.reactions) message.reactionGroups = [];
  }
  if (parts.reactions) addGroups(byId(messages), groupRows.rows(answer.groups));
  return messages;
}

/** Returns the message that one replies to. One of another room, which no reply should have, is left to a loader. */
function repliedTo({ replyToId, roomId }: MessageRow, replies: ReadonlyMap<string, MessageRow>) {
  if (replyToId === null) return null;
  const reply = replies.get(replyToId);
  return reply?.roomId === roomId ? reply : undefined;
}

function addUsers(message: MessageRow, users: ReadonlyMap<string, User>, { authors, subjects }: MessageParts): void {
  const { authorId, systemSubjectId } = message;
  if (authors) message.author = authorId === null ? null : users.get(authorId);
  if (subjects) message.subject = systemSubjectId === null ? null : users.get(systemSubjectId);
}

function addGroups(messages: ReadonlyMap<string, MessageRow>, groups: readonly GroupRow[]): void {
  for (const { messageId, emoji, count, own } of groups) {
    const message = messages.get(messageId);
    const group: ReactionGroup | null = message ? { message, emoji, count, viewerHasReacted: own === true } : null;
    if (group) message?.reactionGroups?.push(group);
  }
}
