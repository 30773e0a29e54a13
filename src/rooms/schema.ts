import { readableRooms } from '../access/membership.ts';
import { innerId } from '../base/ids.ts';
import { counted } from '../graphql/budget.ts';
import { builder } from '../graphql/builder.ts';
import { connect } from '../graphql/connections.ts';
import { pageOf, statementCost } from '../graphql/costs.ts';
import { loadOptional } from '../graphql/loaders.ts';
import { RoomNode, UserNode } from '../graphql/nodes.ts';
import { countMembers } from '../log/room-heads.ts';
import { usersById } from '../users/loader.ts';
import { bySlug, findBySlug, searchRooms } from './directory.ts';

export const RoomKindEnum = builder.enumType('RoomKind', {
  description: 'The kinds of rooms. The kind decides who can join.',
  values: {
    CHANNEL: { description: 'Public: every signed-in user can list, read and join it.' },
    STREAM: { description: 'Public, like a CHANNEL: the chat of a live stream.' },
    GROUP: { description: 'Private: members add other users.' },
    DIRECT: { description: 'A private conversation with a fixed set of members.' },
    SUPPORT: { description: 'A private conversation with support staff and a fixed set of members.' },
  },
});

builder.node(RoomNode, {
  id: { resolve: (room) => room.id },
  loadWithoutCache: (id, context) => readableRooms(context).load(id),
  description: 'A chat room: its members and their messages.',
  fields: (t) => ({
    kind: t.expose('kind', { type: RoomKindEnum, description: 'The kind of room.' }),
    slug: t.exposeString('slug', {
      nullable: true,
      description: 'Unique, URL-safe name of a public room; null for private rooms.',
    }),
    name: t.string({
      nullable: true,
      description:
        'Name to show for the room, 1 to 100 characters; null for DIRECT and SUPPORT, which clients name after the members.',
      resolve: counted(({ name }) => name),
    }),
    topic: t.string({
      nullable: true,
      description: 'What the room is about, at most 500 characters; null if not set.',
      resolve: counted(({ topic }) => topic),
    }),
    avatarUrl: t.string({
      nullable: true,
      description: 'URL of a picture; null if there is none.',
      resolve: counted(({ avatarUrl }) => avatarUrl),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the room was created.' }),
    createdBy: t.field({
      type: UserNode,
      nullable: true,
      description: 'The user who created the room; null if the server created it.',
      resolve: ({ createdBy, createdById }, _args, context) =>
        createdBy ?? loadOptional(usersById(context), createdById),
    }),
    archivedAt: t.expose('archivedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the room was archived; null if it is not archived. An archived room can only be read.',
    }),
    memberCount: t.int({
      description: 'Number of members.',
      resolve: (room, _args, context) => countMembers(context, room),
    }),
  }),
});

builder.queryFields((t) => ({
  room: t.field({
    type: RoomNode,
    nullable: true,
    description: 'The room with this id; null if there is none or the viewer cannot see it.',
    args: { id: t.arg.id({ required: true, description: 'Global id of the room.' }) },
    resolve: (_root, { id }, context) => readableRooms(context).load(innerId('Room', id, ['id'])),
  }),
  roomBySlug: t.field({
    type: RoomNode,
    nullable: true,
    description: 'The public room with this slug; null if there is none or the viewer cannot see it.',
    args: { slug: t.arg.string({ required: true, description: 'The slug, such as `general`.' }) },
    resolve: async (_root, { slug }, context) =>
      loadOptional(readableRooms(context), await findBySlug(context.db, slug)),
  }),
  rooms: t.connection(
    {
      type: RoomNode,
      complexity: (args) => pageOf(args, statementCost),
      description: 'All public rooms, ordered by slug; archived rooms only with `includeArchived`.',
      args: {
        kinds: t.arg({
          type: [RoomKindEnum],
          description: 'Only rooms of these kinds. If omitted, rooms of all public kinds.',
        }),
        query: t.arg.string({
          description:
            'Only rooms whose name, slug or topic contains this text, ignoring case; at most 100 characters.',
        }),
        includeArchived: t.arg.boolean({
          required: true,
          defaultValue: false,
          description:
            'Whether to list archived rooms too, so that their owners and administrators can reopen them with `unarchiveRoom`. Everybody can read archived public rooms.',
        }),
      },
      resolve: (_root, args, context, info) =>
        connect(args, bySlug, (stretch) => searchRooms(context, { filter: args, stretch, info })),
    },
    { name: 'RoomConnection', description: 'A page of rooms.' },
    { name: 'RoomEdge', description: 'A room in a page.' },
  ),
}));
