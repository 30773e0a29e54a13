import { uuidPattern } from '../base/ids.ts';
import type { ApiKey } from '../generated/prisma/client.ts';
import { builder } from '../graphql/builder.ts';
import { type CursorKey, connect, forwardArguments } from '../graphql/connections.ts';
import { pageOf, statementCost } from '../graphql/costs.ts';
import { loaderOf, loadRequired } from '../graphql/loaders.ts';
import { UserNode } from '../graphql/nodes.ts';
import { usersById } from '../users/loader.ts';
import { ApiKeyNode } from './node.ts';
import { requireAdmin } from './require-admin.ts';

builder.node(ApiKeyNode, {
  id: { resolve: ({ id }) => id },
  loadWithoutCache: (id, context) => visibleKeys(context).load(id),
  description:
    'A key of the backend of a host application. It acts as a user of the kind BOT, with the rights of an administrator.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What the key is for, 1 to 80 characters.' }),
    user: t.field({
      type: UserNode,
      description: 'The user that the key acts as.',
      resolve: ({ userId }, _args, context) => loadRequired(usersById(context), userId),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the key was created.' }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the key was last used; may be up to a minute old. Null if it was never used.',
    }),
  }),
});

/** Keys by id; null for viewers who are not administrators. */
const visibleKeys = loaderOf<ApiKey>(
  async ({ db, viewer }, ids) => (viewer?.isAdmin ? db.apiKey.findMany({ where: { id: { in: ids } } }) : []),
  ({ id }) => id,
);

const byId: CursorKey<ApiKey> = { name: 'api-key', of: ({ id }) => id, pattern: uuidPattern };

const ApiKeyConnection = builder.connectionObject(
  { type: ApiKeyNode, name: 'ApiKeyConnection', description: 'A page of API keys.' },
  { name: 'ApiKeyEdge', description: 'An API key in a page.' },
);

builder.queryFields((t) => ({
  apiKeys: t.field({
    type: ApiKeyConnection,
    complexity: (args) => pageOf(args, statementCost),
    description: 'The API keys that have not been revoked, oldest first. Only for administrators and API keys.',
    args: forwardArguments(t.arg),
    resolve: (_root, args, context) => {
      requireAdmin(context);
      return connect(args, byId, ({ after, limit }) =>
        context.db.apiKey.findMany({
          where: { revokedAt: null, ...(after !== null && { id: { gt: after } }) },
          orderBy: { id: 'asc' },
          take: limit,
        }),
      );
    },
  }),
  userByExternalId: t.field({
    type: UserNode,
    nullable: true,
    complexity: statementCost,
    description:
      'The user with this id of an outside system, or with these `iss` and `sub` claims, as `iss|sub`; null if there is none. Only for administrators and API keys.',
    args: { externalId: t.arg.string({ required: true, description: 'Id of the user in the outside system.' }) },
    resolve: (_root, { externalId }, context) => {
      requireAdmin(context);
      if (!externalId.isWellFormed() || externalId.includes('\0')) return null;
      return context.db.user.findUnique({ where: { externalId: externalId.trim() } });
    },
  }),
}));
