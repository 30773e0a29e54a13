import { isMemberSql } from '../access/standing.ts';
import { coalesce } from '../base/coalesce.ts';
import { parseWithDates } from '../base/json-dates.ts';
import { type Message, Prisma } from '../generated/prisma/client.ts';
import type { MessageRow } from '../graphql/nodes.ts';
import { columnsOf } from '../storage/columns.ts';
import type { Query } from '../storage/pool.ts';

interface Wanted {
  userId: string;
  /** In the order of their being pending. */
  ids: readonly string[];
  /** Of their texts. */
  bytes: number;
}

/** Loads them, once: all who show them show the same. */
export type PendingMessages = () => Promise<readonly MessageRow[]>;

/**
 * Bytes of texts that one statement brings, unless one user's alone are more: a hundred are 1.6 MB at most. Those who share
 * a statement are shown what it brings one right after the other, and everybody else waits for that.
 */
const bytesAtOnce = 512 * 1024;
/** What a user's messages count besides their texts: so many users share a statement at most 100. */
const bytesBesides = bytesAtOnce / 100;

/**
 * As they are by now, each with those of the users in its room: who has left meanwhile is not shown what was changed
 * since. Equal ones, of a room with many members, are read once.
 */
const statement = `
  SELECT ${columnsOf(Prisma.MessageScalarFieldEnum, 'm')}, to_jsonb(author)::text AS author, ARRAY(
    SELECT place."userId"::text FROM "Membership" place
    WHERE place."roomId" = m."roomId" AND place."userId" = ANY($2::uuid[]) AND ${isMemberSql('place')}
  ) AS readers
  FROM "Message" m LEFT JOIN "User" author ON author."id" = m."authorId"
  WHERE m."id" = ANY($1::uuid[]) AND m."deletedAt" IS NULL`;

type Row = Message & { author: string | null; readers: string[] };

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
