import { readableRooms } from '../access/membership.ts';
import { innerId } from '../base/ids.ts';
import { counted } from '../graphql/budget.ts';
import { builder } from '../graphql/builder.ts';
import { connect } from '../graphql/connections.ts';
import { pageOf, statementCost } from '../graphql/costs.ts';
import { loadOptional } from '../graphql/loaders.ts';
import { RoomNode, UserNode } from '../graphql/nodes.ts';
import { usersById } from '../users/loader.ts';
import { bySlug, findBySlug, searchRooms } from './directory.ts';
import { countMembers } from './heads.ts';

export const RoomKindEnum = builder.enumType('RoomKind', {
  description: 'What a room is for, and who may be in it.',
  values: {
    CHANNEL: { description: 'Public: anyone signed in may list, read and join it.' },
    STREAM: { description: 'Public like a CHANNEL: the chat of a live stream.' },
    GROUP: { description: 'Private: by invitation of a member.' },
    DIRECT: { description: 'A private conversation with a fixed set of members.' },
    SUPPORT: { description: 'A private conversation with those who help; a fixed set of members.' },
  },
});

builder.node(RoomNode, {
  id: { resolve: (room) => room.id },
  loadWithoutCache: (id, context) => readableRooms(context).load(id),
  description: 'A place where people write to each other.',
  fields: (t) => ({
    kind: t.field({ type: RoomKindEnum, description: 'What the room is for.', resolve: (room) => room.kind }),
    slug: t.exposeString('slug', {
      nullable: true,
      description: 'Unique, URL-safe name of a public room; null for others.',
    }),
    name: t.string({
      nullable: true,
      description: 'What people call the room, 1 to 100 characters; null for conversations, which go by their members.',
      resolve: counted(({ name }) => name),
    }),
    topic: t.string({
      nullable: true,
      description: 'What it is about, at most 500 characters.',
      resolve: counted(({ topic }) => topic),
    }),
    avatarUrl: t.string({
      nullable: true,
      description: 'Address of a picture; null without one.',
      resolve: counted(({ avatarUrl }) => avatarUrl),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the room was made.' }),
    createdBy: t.field({
      type: UserNode,
      nullable: true,
      description: 'Who made it; null for rooms of the server itself.',
      resolve: (room, _args, context) => loadOptional(usersById(context), room.createdById),
    }),
    archivedAt: t.expose('archivedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when it can only be read; null while it is open.',
    }),
    memberCount: t.int({
      description: 'How many members it has.',
      resolve: (room, _args, context) => countMembers(context, room),
    }),
  }),
});

builder.queryFields((t) => ({
  room: t.field({
    type: RoomNode,
    nullable: true,
    description: 'A room by id; null if there is none or the viewer may not see it.',
    args: { id: t.arg.id({ required: true, description: 'Global id of the room.' }) },
    resolve: (_root, { id }, context) => readableRooms(context).load(innerId('Room', id, ['id'])),
  }),
  roomBySlug: t.field({
    type: RoomNode,
    nullable: true,
    description: 'A public room by its slug; null if there is none.',
    args: { slug: t.arg.string({ required: true, description: 'The slug, such as `general`.' }) },
    resolve: async (_root, { slug }, context) =>
      loadOptional(readableRooms(context), await findBySlug(context.db, slug)),
  }),
  rooms: t.connection(
    {
      type: RoomNode,
      complexity: (args) => pageOf(args, statementCost),
      description: 'The directory of public rooms, by slug, without archived ones.',
      args: {
        kinds: t.arg({ type: [RoomKindEnum], description: 'Only these kinds; left out: all public ones.' }),
        query: t.arg.string({
          description: 'Only those with this in their name, slug or topic, in any case; at most 100 characters.',
        }),
      },
      resolve: (_root, args, { db }) => connect(args, bySlug, (stretch) => searchRooms(db, args, stretch)),
    },
    { name: 'RoomConnection', description: 'A page of rooms.' },
    { name: 'RoomEdge', description: 'A room in a page.' },
  ),
}));
