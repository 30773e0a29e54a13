import { createContextCache } from '@pothos/core';
import DataLoader from 'dataloader';
import type { Context } from '../context.ts';
import type { User } from '../generated/prisma/client.ts';

/** Users by id, null for none; one statement for all that an operation asks at a time. */
export const usersById = createContextCache(
  ({ db }: Context) =>
    new DataLoader<string, User | null>(async (ids) => {
      const rows = await db.user.findMany({ where: { id: { in: [...ids] } } });
      const byId = new Map(rows.map((row) => [row.id, row]));
      return ids.map((id) => byId.get(id) ?? null);
    }),
);
