import { Prisma, type User } from '../generated/prisma/client.ts';
import { type CursorKey, connect, type ForwardArguments } from '../graphql/connections.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import { columnsOf } from '../storage/columns.ts';

type BlockedUser = User & { blockedAt: Date };

/** Blocked users are listed by the time of the block, the newest first. */
const byTime: CursorKey<BlockedUser> = {
  name: 'blocked',
  of: ({ blockedAt, id }) => `${blockedAt.getTime()}.${id}`,
  // Milliseconds up to the year 2286, which PostgreSQL and JavaScript both accept.
  pattern: /^\d{1,13}\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
};

/** Returns a page of the users whom the viewer has blocked. */
export function blockedUsersPage(context: Context, args: ForwardArguments) {
  const { userId } = requireViewer(context);
  return connect(args, byTime, ({ after, limit }) => {
    const [time, id] = after?.split('.') ?? [];
    const beyond = after
      ? Prisma.sql`AND (block."createdAt", block."blockedId") < (to_timestamp(${Number(time) / 1000}), ${id}::uuid)`
      : Prisma.empty;
    return context.db.$queryRaw<BlockedUser[]>`
      SELECT ${Prisma.raw(columnsOf(Prisma.UserScalarFieldEnum, 'account'))}, block."createdAt" AS "blockedAt"
      FROM "Block" block JOIN "User" account ON account."id" = block."blockedId"
      WHERE block."userId" = ${userId}::uuid ${beyond}
      ORDER BY block."createdAt" DESC, block."blockedId" DESC LIMIT ${limit}`;
  });
}
