import { isMemberSql } from '../access/standing.ts';
import { Prisma } from '../generated/prisma/client.ts';
import { loadCounted } from '../graphql/budget.ts';
import { connect, type ForwardArguments } from '../graphql/connections.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import type { MessageRow } from '../graphql/nodes.ts';
import { columnsOf } from '../storage/columns.ts';
import { blockedBy, pendingOfMember } from './pending.ts';

/** Notifications are ordered by time, then by room and number: messages of different rooms have no common numbers. */
const byTime = {
  name: 'notification',
  of: ({ createdAt, roomId, sequence }: MessageRow) => `${createdAt.getTime()}.${roomId}.${sequence}`,
  // Milliseconds up to the year 2286, which PostgreSQL and JavaScript both accept.
  pattern: /^\d{1,13}\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.\d{1,9}$/,
};

/** Returns a page of the viewer's pending notifications, oldest first. */
export function notificationPage(context: Context, args: ForwardArguments) {
  const { userId } = requireViewer(context);
  return connect(args, byTime, ({ after, limit }) =>
    loadCounted(context, {
      keys: [userId],
      atOnce: 1,
      load: () => context.db.$queryRaw<MessageRow[]>(pageStatement(userId, after, limit)),
      textsOf: ({ text }) => [text],
    }),
  );
}

function pageStatement(userId: string, after: string | null, limit: number): Prisma.Sql {
  const [time, roomId, sequence] = after?.split('.') ?? [];
  const beyond = after
    ? Prisma.sql`AND (m."createdAt", m."roomId", m."sequence")
        > (to_timestamp(${Number(time) / 1000}), ${roomId}::uuid, ${Number(sequence)})`
    : Prisma.empty;
  return Prisma.sql`
    SELECT ${Prisma.raw(columnsOf(Prisma.MessageScalarFieldEnum, 'm'))} FROM (SELECT ${userId}::uuid AS id) own
    CROSS JOIN LATERAL ${Prisma.raw(blockedBy('own.id'))} blocked CROSS JOIN "Membership" membership
    CROSS JOIN LATERAL (${Prisma.raw(pendingOfMember)} ${beyond} ORDER BY m."sequence" LIMIT ${limit}) m
    WHERE membership."userId" = ${userId}::uuid AND ${Prisma.raw(isMemberSql('membership'))}
    ORDER BY m."createdAt", m."roomId", m."sequence" LIMIT ${limit}`;
}
