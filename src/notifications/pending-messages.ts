import { isMemberSql } from '../access/standing.ts';
import { coalesce } from '../base/coalesce.ts';
import { parseWithDates } from '../base/json-dates.ts';
import { type Message, Prisma } from '../generated/prisma/client.ts';
import type { MessageRow } from '../graphql/nodes.ts';
import { columnsOf } from '../storage/columns.ts';
import type { Query } from '../storage/pool.ts';

interface Wanted {
  userId: string;
  /** In the order of the notifications. */
  ids: readonly string[];
  /** The bytes of all texts together. */
  bytes: number;
}

/** Loads the messages of a snapshot when first called; later calls return the same messages. */
export type PendingMessages = () => Promise<readonly MessageRow[]>;

/**
 * The most bytes of texts that one statement returns. A single user may have more: 100 messages have up to 1.6 MB. The
 * limit exists because the results of all users of a statement are rendered without a pause, which blocks the process.
 */
const bytesAtOnce = 512 * 1024;
/** Bytes that are added for each user, so that at most 100 users share a statement. */
const bytesBesides = bytesAtOnce / 100;

/**
 * Reads the current messages, each with those users who are still members of its room: a user who has left must not see
 * later changes. A message that is pending for many users is read once.
 */
const statement = `
  SELECT ${columnsOf(Prisma.MessageScalarFieldEnum, 'm')}, account.body AS author, ARRAY(
    SELECT reader::text FROM unnest($2::uuid[]) AS reader CROSS JOIN LATERAL (
      SELECT "state" FROM "Membership" WHERE "roomId" = m."roomId" AND "userId" = reader LIMIT 1
    ) membership WHERE ${isMemberSql('membership')}
  ) AS readers
  FROM "Message" m LEFT JOIN LATERAL (
    SELECT to_jsonb(author)::text AS body FROM "User" author WHERE author."id" = m."authorId" LIMIT 1
  ) account ON true
  WHERE m."id" = ANY($1::uuid[]) AND m."deletedAt" IS NULL`;

type Row = Message & { author: string | null; readers: string[] };

/**
 * Returns a function that prepares the loading of a user's pending messages. Loads at the same time share statements.
 */
export function pendingMessagesFrom(query: Query): (wanted: Wanted) => PendingMessages {
  const load = coalesce(
    (wants: Wanted[]) => loadAll(query, wants),
    bytesAtOnce,
    ({ bytes }) => bytes + bytesBesides,
  );
  return (wanted) => {
    let loaded: Promise<readonly MessageRow[]> | null = null;
    return () => {
      if (wanted.ids.length === 0) return Promise.resolve([]);
      if (loaded) return loaded;
      const loading = load(wanted);
      loaded = loading;
      loading.catch(() => {
        loaded = null;
      });
      return loading;
    };
  };
}

async function loadAll(query: Query, wants: readonly Wanted[]): Promise<MessageRow[][]> {
  const ids = [...new Set(wants.flatMap((wanted) => wanted.ids))];
  const userIds = [...new Set(wants.map(({ userId }) => userId))];
  const found = new Map<string, { message: MessageRow; readers: ReadonlySet<string> }>();
  const authors = new Map<string, MessageRow['author']>();
  for (const { author, readers, ...message } of await query<Row>('pending messages', statement, [ids, userIds])) {
    if (author !== null && !authors.has(author)) authors.set(author, parseWithDates(author) as MessageRow['author']);
    const row: MessageRow = { ...message, author: author === null ? null : authors.get(author) };
    found.set(message.id, { message: row, readers: new Set(readers) });
  }
  return wants.map((wanted) =>
    wanted.ids.flatMap((id) => {
      const known = found.get(id);
      return known?.readers.has(wanted.userId) ? [known.message] : [];
    }),
  );
}
