import type { Session, User } from '../generated/prisma/client.ts';
import { builder } from '../graphql/builder.ts';
import { requireViewer } from '../graphql/context.ts';
import { loaderOf } from '../graphql/loaders.ts';
import { payloadType } from '../graphql/mutations.ts';
import { UserNode } from '../graphql/nodes.ts';

/** The viewer's sessions by id; null for a session of another user. */
export const ownSessions = loaderOf<Session>(
  async (context, ids) =>
    context.db.session.findMany({ where: { id: { in: ids }, userId: requireViewer(context).userId } }),
  ({ id }) => id,
);

/** The GraphQL type `Session`. */
export const SessionNode = builder.nodeRef<Session>('Session', {
  id: { resolve: (session) => session.id },
  loadWithoutCache: (id, context) => ownSessions(context).load(id),
});

/** The GraphQL type `SessionPayload`. */
export const SessionPayload = payloadType<{ session: Session; user: User; accessToken: string }>(
  'SessionPayload',
  'A new session.',
  (t) => ({
    session: t.field({
      type: SessionNode,
      nullable: true,
      description: 'The session; null if the mutation failed.',
      resolve: ({ session }) => session,
    }),
    user: t.field({
      type: UserNode,
      nullable: true,
      description: 'The user who signed in; null if the mutation failed.',
      resolve: ({ user }) => user,
    }),
    accessToken: t.string({
      nullable: true,
      description:
        'Access token for `Authorization: Bearer …` over HTTP and `connectionParams.token` over WebSocket. Keep it secret. Null if the mutation failed.',
      resolve: ({ accessToken }) => accessToken,
    }),
  }),
);
