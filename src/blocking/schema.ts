import { innerId } from '../base/ids.ts';
import { builder } from '../graphql/builder.ts';
import { forwardArguments } from '../graphql/connections.ts';
import type { Context } from '../graphql/context.ts';
import { pageOf, statementCost } from '../graphql/costs.ts';
import { loadRequired } from '../graphql/loaders.ts';
import { mutation } from '../graphql/mutations.ts';
import { ViewerType } from '../sessions/viewer.ts';
import { usersById } from '../users/loader.ts';
import { UserConnection } from '../users/user-connection.ts';
import { UserInput, UserPayload } from '../users/user-payload.ts';
import { blockUser, unblockUser } from './block.ts';
import { blockedUsersPage } from './blocked-users.ts';

builder.objectField(ViewerType, 'blockedUsers', (t) =>
  t.field({
    type: UserConnection,
    complexity: (args) => pageOf(args, statementCost),
    description:
      'The users whom the viewer has blocked, the last one first. Clients may hide what these users write in shared rooms.',
    args: forwardArguments(t.arg),
    resolve: (_viewer, args, context) => blockedUsersPage(context, args),
  }),
);

mutation('blockUser', {
  description:
    'Blocks a user: they can no longer open a conversation with the viewer, add them to rooms, or notify them. Their messages in shared rooms stay, and still count as unread. Blocking again is not an error.',
  input: UserInput,
  payload: UserPayload,
  run: (context, { userId }) => changed(context, userId, blockUser),
});

mutation('unblockUser', {
  description: 'Ends a block of the viewer. Unblocking a user who is not blocked is not an error.',
  input: UserInput,
  payload: UserPayload,
  run: (context, { userId }) => changed(context, userId, unblockUser),
});

async function changed(context: Context, globalId: string, change: (context: Context, id: string) => Promise<void>) {
  const id = innerId('User', globalId, ['userId']);
  await change(context, id);
  return { user: await loadRequired(usersById(context), id) };
}
