import { isKnownReadable } from '../access/known-readable.ts';
import { connect, pageLoader } from '../graphql/connections.ts';
import type { Context } from '../graphql/context.ts';
import type { MembershipRow, RoomRow } from '../graphql/nodes.ts';
import { perSelection, type Selecting } from '../graphql/selection.ts';
import { addMessagesOf } from '../messages/of-memberships.ts';
import { type MessageParts, partsOf } from '../messages/parts.ts';
import { byParent } from '../storage/pages.ts';
import { byMembershipId } from './membership-order.ts';
import { type MembershipParts, readMemberships } from './read-memberships.ts';

/** What is read together with memberships, in up to two statements. */
export interface Parts extends MembershipParts {
  /** For the newest message of each room, if it is selected. */
  ofLatest: MessageParts | null;
  /** For the first unread message of each read state. */
  ofFirstUnread: MessageParts | null;
}

const bare: Parts = {
  users: false,
  rooms: false,
  readStates: false,
  firstUnread: false,
  ofLatest: null,
  ofFirstUnread: null,
};

const partsOfMembers = perSelection(
  ({ items }): Parts => ({
    ...bare,
    users: items.has('user'),
    readStates: items.has('readState'),
    firstUnread: items.below('readState').has('firstUnreadMessage'),
  }),
);

const partsOfMemberships = perSelection(({ items }): Parts => {
  const [room, readState] = [items.below('room'), items.below('readState')];
  return {
    users: items.has('user'),
    rooms: items.has('room'),
    readStates: items.has('readState'),
    firstUnread: readState.has('firstUnreadMessage'),
    ofLatest: room.has('latestMessage') ? partsOf(room.below('latestMessage')) : null,
    ofFirstUnread: readState.has('firstUnreadMessage') ? partsOf(readState.below('firstUnreadMessage')) : null,
  };
});

const pagesBy = (parent: 'roomId' | 'userId') =>
  pageLoader<MembershipRow, Parts>({
    load: async (context, parentIds, stretch, parts) => {
      const rows = await readMemberships(context, { parent, parentIds, stretch, parts });
      await addMessagesOf(context, rows, parts);
      return byParent(rows, parentIds, (row) => row[parent]);
    },
  });
const membersOfRooms = pagesBy('roomId');
const membershipsOfUsers = pagesBy('userId');

/** Returns what to read together with a page of memberships of the viewer. */
export function partsOfInbox(context: Context, info: Selecting): Parts {
  return context.readsAhead ? partsOfMemberships(info) : bare;
}

interface Page {
  args: Parameters<typeof connect>[0];
  info: Selecting;
}

/** Returns what to read together with a page of members, and whether the viewer is known to be allowed to read the room. */
export function partsOfMemberPage(context: Context, room: RoomRow, info: Selecting) {
  const isReadable = context.readsAhead && isKnownReadable(room);
  return { isReadable, parts: isReadable ? partsOfMembers(info) : bare };
}

/** Returns a page of the members of a room, in the order in which they first joined. */
export function memberPage(context: Context, room: RoomRow, { args, info }: Page) {
  return connect(args, byMembershipId, async (stretch) => {
    if (room.isRedacted) return [];
    const { isReadable, parts } = partsOfMemberPage(context, room, info);
    const members = await membersOfRooms(context, stretch, parts).load(room.id);
    if (isReadable) for (const member of members) member.room = room;
    return members;
  });
}

/** Returns a page of the memberships of the viewer, in the order in which the viewer first joined the rooms. */
export function membershipPage(context: Context, userId: string, { args, info }: Page) {
  const parts = partsOfInbox(context, info);
  return connect(args, byMembershipId, (stretch) => membershipsOfUsers(context, stretch, parts).load(userId));
}
