import type { User } from '../generated/prisma/client.ts';
import { counted } from '../graphql/budget.ts';
import { builder } from '../graphql/builder.ts';
import { UserNode } from '../graphql/nodes.ts';

const extensions = { dependsOn: 'viewer' as const };
const visibility = 'Only administrators and API keys can see this; null for other viewers.';
const externalIdOf = counted(({ externalId }: User) => externalId);

builder.objectFields(UserNode, (t) => ({
  externalId: t.string({
    nullable: true,
    description: `Id of the user in an outside system, or \`iss|sub\` of their tokens; null for guests. ${visibility}`,
    extensions,
    resolve: (user, args, context) => (context.viewer?.isAdmin ? externalIdOf(user, args, context) : null),
  }),
  deactivatedAt: t.field({
    type: 'DateTime',
    nullable: true,
    description: `When the user was deactivated; since then, they cannot sign in. Null if they can. ${visibility}`,
    extensions,
    resolve: ({ deactivatedAt }, _args, { viewer }) => (viewer?.isAdmin ? deactivatedAt : null),
  }),
}));
