import { coalesceDistinct } from '../base/coalesce.ts';
import type { ReactionGroup } from '../graphql/nodes.ts';
import type { Query } from '../storage/pool.ts';

/** The message that reactions belong to. The key of the table begins with `roomId`, so queries need it too. */
export interface ReactedTo {
  id: string;
  roomId: string;
}

/** Reads reactions as committed at the time of the call. Calls that arrive together are one statement. */
export interface ReactionReads {
  /** Returns the reactions to a message, in the order of the first use of each emoji. */
  groupsOf(message: ReactedTo): Promise<ReactionGroup[]>;
  /** Returns the emojis with which a user reacted to a message. */
  emojisOf(message: ReactedTo, userId: string): Promise<ReadonlySet<string>>;
}

// The LATERAL queries are run for each row, through the key of the table, whatever the tables had when they were planned.
const groupsStatement = `
  SELECT want.place, found.emojis, found.counts
  FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS want(room, message, place) CROSS JOIN LATERAL (
    SELECT array_agg(emoji ORDER BY first, emoji) AS emojis, array_agg(count ORDER BY first, emoji) AS counts FROM (
      SELECT r."emoji" AS emoji, count(*)::int AS count, min(r."createdAt") AS first FROM "Reaction" r
      WHERE r."roomId" = want.room AND r."messageId" = want.message GROUP BY r."emoji"
    ) grouped
  ) found`;

const ownStatement = `
  SELECT want.place, ARRAY(
    SELECT r."emoji" FROM "Reaction" r
    WHERE r."roomId" = want.room AND r."messageId" = want.message AND r."userId" = want.person
  ) AS emojis
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) WITH ORDINALITY AS want(room, message, person, place)`;

interface EmojiRow extends Record<string, unknown> {
  /** Position of the key among the keys, from 1. */
  place: string | bigint;
  emojis: string[] | null;
  counts?: number[] | null;
}

/** The texts of ids have no space. */
const keyOf = (...ids: string[]) => ids.join(' ');
const columnsOf = (keys: readonly string[], count: number) => {
  const rows = keys.map((key) => key.split(' '));
  return Array.from({ length: count }, (_, column) => rows.map((row) => row[column]));
};

/** Returns the reads of reactions through a query. */
export function reactionReads(query: Query): ReactionReads {
  const groups = coalesceDistinct(async (keys: string[]) => {
    const rows = await query<EmojiRow>('reaction groups', groupsStatement, columnsOf(keys, 2));
    return inOrder(keys, rows, ({ emojis, counts }) =>
      (emojis ?? []).map((emoji, n) => ({ emoji, count: counts![n]! })),
    );
  });
  const own = coalesceDistinct(async (keys: string[]) => {
    const rows = await query<EmojiRow>('own reactions', ownStatement, columnsOf(keys, 3));
    return inOrder(keys, rows, ({ emojis }) => new Set(emojis));
  });
  return {
    groupsOf: async ({ roomId, id }) => {
      const found = await groups(keyOf(roomId, id));
      return found.map((group) => ({ ...group, message: { roomId, id } }));
    },
    emojisOf: ({ roomId, id }, userId) => own(keyOf(roomId, id, userId)),
  };
}

function inOrder<Value>(
  keys: readonly string[],
  rows: readonly EmojiRow[],
  readRow: (row: EmojiRow) => Value,
): Value[] {
  const byPlace = new Map(rows.map((row) => [Number(row.place), row]));
  return keys.map((_key, index) => readRow(byPlace.get(index + 1)!));
}
