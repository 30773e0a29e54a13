import { stateAt } from '../access/standing.ts';
import { viewerModerates } from '../access/viewer-moderates.ts';
import { noEnd } from '../base/no-end.ts';
import { builder } from '../graphql/builder.ts';
import type { Context } from '../graphql/context.ts';
import { MembershipNode, type MembershipRow } from '../graphql/nodes.ts';
import { nextMessageAt } from './next-message.ts';

const dependsOnViewer = { dependsOn: 'viewer' as const };
const visibility = 'Only the user and the owners and moderators of the room can see this; null for other viewers.';

builder.objectFields(MembershipNode, (t) => ({
  mutedUntil: t.field({
    type: 'DateTime',
    nullable: true,
    description: `Until when the user cannot send messages; null if they can. A mute without an end lasts until \`9999-12-31T23:59:59.999Z\`. ${visibility}`,
    extensions: dependsOnViewer,
    resolve: (membership, _args, context) => shownToModerators(context, membership, mutedUntil(membership)),
  }),
  bannedUntil: t.field({
    type: 'DateTime',
    nullable: true,
    description: `Until when the user is banned; null if they are not. A ban without an end lasts until \`9999-12-31T23:59:59.999Z\`. ${visibility}`,
    extensions: dependsOnViewer,
    resolve: (membership, _args, context) => shownToModerators(context, membership, bannedUntil(membership)),
  }),
  nextMessageAt: t.field({
    type: 'DateTime',
    nullable: true,
    description:
      'When slow mode lets the user send the next message to the room; a message that comes earlier gets `SLOW_MODE`. Null if they need not wait: without slow mode, for owners and moderators, and once the time is over. Only the user can see this; null for other viewers.',
    extensions: dependsOnViewer,
    resolve: (membership, _args, context) =>
      context.viewer?.userId === membership.userId ? nextMessageAt(context, membership) : null,
  }),
  moderationReason: t.string({
    nullable: true,
    description: `What a moderator wrote about the last removal, ban or mute; null for nothing. ${visibility}`,
    extensions: dependsOnViewer,
    resolve: (membership, _args, context) => shownToModerators(context, membership, membership.moderationReason),
  }),
}));

function mutedUntil({ mutedUntil: until }: MembershipRow): Date | null {
  return until !== null && until > new Date() ? until : null;
}

function bannedUntil(membership: MembershipRow): Date | null {
  return stateAt(membership, new Date()) === 'BANNED' ? (membership.bannedUntil ?? noEnd) : null;
}

/** Asks for the viewer's membership only if there is something to show: most events of a large room have nothing. */
function shownToModerators<Value>(context: Context, { roomId, userId }: MembershipRow, value: Value | null) {
  if (value === null || context.viewer?.userId === userId) return value;
  return viewerModerates(context, roomId).then((mayModerate) => (mayModerate ? value : null));
}
