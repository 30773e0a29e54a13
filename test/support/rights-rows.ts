import { mayActOn, type Rank } from '../../src/access/rank.ts';
import { type RightRefusal, type RoomPermission, refusalOf } from '../../src/access/rights.ts';
import { isConversation, isPublic } from '../../src/access/standing.ts';
import type { ErrorCode } from '../../src/base/errors.ts';
import { streamCursor } from '../../src/log/cursor.ts';
import { type Cell, type CellIds, hasMembership, isMemberIn, past } from './rights-cells.ts';

type Code = ErrorCode | null;

/** An operation on a room, and which answer each cell must get: the code of the error, or null. */
export interface Row {
  /** The root field. */
  field: string;
  operation: (ids: CellIds) => string;
  expected: (cell: Cell) => Code;
}

const codes: Record<RightRefusal, ErrorCode> = {
  NO_ROOM: 'NOT_FOUND',
  BANNED: 'BANNED',
  FIXED: 'FORBIDDEN',
  NOT_A_MEMBER: 'FORBIDDEN',
  MUTED: 'MUTED',
  FORBIDDEN: 'FORBIDDEN',
  ARCHIVED: 'ROOM_ARCHIVED',
  POSTING_POLICY: 'FORBIDDEN',
};

/** The answer of an operation that takes a right. */
function right(permission: RoomPermission): (cell: Cell) => Code {
  return (cell) => {
    const refusal = refusalOf(permission, cell, cell.rank);
    return refusal && codes[refusal];
  };
}

/** The answer of an operation on a message: somebody who may not read the room does not learn that it exists. */
function rightToMessage(...permissions: RoomPermission[]): (cell: Cell) => Code {
  return (cell) => {
    const [refusal] = permissions.flatMap((permission) => refusalOf(permission, cell, cell.rank) ?? []);
    if (refusal === 'BANNED') return 'NOT_FOUND';
    return refusal ? codes[refusal] : null;
  };
}

/** The answer of a query: null for a room that the viewer may not read. */
function reading(cell: Cell): Code {
  return right('READ')(cell) && 'NOT_FOUND';
}

/** The answer of an operation that concerns only the viewer's own membership: no right is needed but to be a member. */
function membership(cell: Cell): Code {
  return right('READ')(cell) ?? (isMemberIn(cell) ? null : 'FORBIDDEN');
}

/** The answer of a moderator's operation on a user of a rank. */
function actingOn(permission: RoomPermission, target: Rank): (cell: Cell) => Code {
  return (cell) => right(permission)(cell) ?? (mayActOn(cell.rank, target) ? null : 'FORBIDDEN');
}

function joining(cell: Cell): Code {
  if (isMemberIn(cell)) return null;
  return right('READ')(cell) ?? (cell.archivedAt ? 'ROOM_ARCHIVED' : null);
}

function leaving(cell: Cell): Code {
  if (!hasMembership(cell)) return 'NOT_FOUND';
  return isConversation(cell) ? 'FORBIDDEN' : null;
}

const mutation = (field: string, input: (ids: CellIds) => string) => (ids: CellIds) =>
  `mutation { ${field}(input: { ${input(ids)} }) { userErrors { code message } } }`;
const onRoom = (field: string, more = '') => mutation(field, ({ room }) => `roomId: "${room}" ${more}`);
const onUser = (field: string, who: 'owner' | 'target', more = '') =>
  mutation(field, (ids) => `roomId: "${ids.room}" userId: "${ids[who]}" ${more}`);
const onMessage = (field: string, which: 'own' | 'other', more = '') =>
  mutation(field, (ids) => `messageId: "${ids[which]}" ${more}`);
const cursor = ({ epoch }: CellIds) => streamCursor({ epoch, eventNumber: 1, at: past.getTime() });

const moderating: Row[] = (['target', 'owner'] as const).flatMap((who) => {
  const act = (field: string, permission: RoomPermission, more = ''): Row => {
    return {
      field,
      operation: onUser(field, who, more),
      expected: actingOn(permission, who === 'owner' ? 'OWNER' : 'MEMBER'),
    };
  };
  return [
    act('removeMember', 'REMOVE_MEMBERS'),
    act('banMember', 'BAN'),
    act('unbanMember', 'BAN'),
    act('muteMember', 'MUTE'),
    act('unmuteMember', 'MUTE'),
    act('setMemberRole', 'SET_ROLES', `role: ${who === 'owner' ? 'OWNER' : 'MODERATOR'}`),
  ];
});

/** Every operation on a room. */
export const rows: Row[] = [
  {
    field: 'room',
    operation: ({ room }) => `{ room(id: "${room}") { id name messages { nodes { text } } } }`,
    expected: reading,
  },
  {
    field: 'roomBySlug',
    operation: ({ slug }) => `{ roomBySlug(slug: "${slug}") { id } }`,
    expected: (cell) => (isPublic(cell) ? reading(cell) : 'NOT_FOUND'),
  },
  { field: 'node', operation: ({ other }) => `{ node(id: "${other}") { id } }`, expected: reading },
  { field: 'nodes', operation: ({ room }) => `{ nodes(ids: ["${room}"]) { id } }`, expected: reading },
  { field: 'updateRoom', operation: onRoom('updateRoom', 'topic: "Tea"'), expected: right('UPDATE_ROOM') },
  { field: 'archiveRoom', operation: onRoom('archiveRoom'), expected: right('ARCHIVE_ROOM') },
  { field: 'unarchiveRoom', operation: onRoom('unarchiveRoom'), expected: right('ARCHIVE_ROOM') },
  { field: 'joinRoom', operation: onRoom('joinRoom'), expected: joining },
  { field: 'leaveRoom', operation: onRoom('leaveRoom'), expected: leaving },
  {
    field: 'addMembers',
    operation: mutation('addMembers', ({ room, target }) => `roomId: "${room}" userIds: ["${target}"]`),
    expected: right('ADD_MEMBERS'),
  },
  ...moderating,
  { field: 'setNotificationLevel', operation: onRoom('setNotificationLevel', 'level: NONE'), expected: membership },
  { field: 'sendMessage', operation: onRoom('sendMessage', 'text: "Hi"'), expected: right('SEND_MESSAGE') },
  {
    field: 'editMessage',
    operation: onMessage('editMessage', 'own', 'text: "Hi"'),
    expected: rightToMessage('EDIT_OWN'),
  },
  {
    field: 'editMessage',
    operation: onMessage('editMessage', 'other', 'text: "Hi"'),
    expected: (cell) => rightToMessage('EDIT_OWN')(cell) ?? 'FORBIDDEN',
  },
  { field: 'deleteMessage', operation: onMessage('deleteMessage', 'own'), expected: rightToMessage('DELETE_OWN') },
  {
    field: 'deleteMessage',
    operation: onMessage('deleteMessage', 'other'),
    expected: rightToMessage('DELETE_OWN', 'DELETE_ANY'),
  },
  {
    field: 'addReaction',
    operation: onMessage('addReaction', 'other', 'emoji: "👍"'),
    expected: rightToMessage('REACT'),
  },
  {
    field: 'removeReaction',
    operation: onMessage('removeReaction', 'other', 'emoji: "👍"'),
    expected: rightToMessage('REACT'),
  },
  { field: 'markRead', operation: onRoom('markRead', 'upToSequence: 1'), expected: membership },
  {
    field: 'acknowledgeNotifications',
    operation: onRoom('acknowledgeNotifications', 'upToSequence: 1'),
    expected: membership,
  },
  {
    field: 'setTyping',
    operation: onRoom('setTyping', 'isTyping: true'),
    expected: (cell) => membership(cell) ?? right('SEND_MESSAGE')(cell),
  },
  {
    field: 'roomEvents',
    operation: ({ room }) => `subscription { roomEvents(roomId: "${room}") { status } }`,
    expected: right('READ'),
  },
  {
    field: 'messageAdded',
    operation: (ids) => `subscription { messageAdded(roomId: "${ids.room}", after: "${cursor(ids)}") { eventNumber } }`,
    expected: right('READ'),
  },
  {
    field: 'presenceChanged',
    operation: ({ room }) => `subscription { presenceChanged(roomIds: ["${room}"]) { onlineCount } }`,
    expected: right('READ'),
  },
  {
    field: 'typingChanged',
    operation: ({ room }) => `subscription { typingChanged(roomId: "${room}") { users { id } } }`,
    expected: membership,
  },
  {
    field: 'readStateChanged',
    operation: ({ room }) => `subscription { readStateChanged(roomId: "${room}") { lastReadSequence } }`,
    expected: membership,
  },
];

const ofServer = 'It concerns no room.';
const ofViewer = 'It shows or changes what is the viewer’s own.';
const ofAdmins = 'It is for administrators, whatever the room.';

/** Operations that take no right in a room, and why. */
export const withoutRight: Record<string, string> = {
  server: ofServer,
  user: ofServer,
  users: ofServer,
  rooms: 'The directory lists public rooms; a room that bans the viewer is redacted.',
  viewer: ofViewer,
  viewerEvents: ofViewer,
  createGuestSession: ofServer,
  renewSession: ofViewer,
  renewConnection: ofViewer,
  revokeSession: ofViewer,
  updateProfile: ofViewer,
  setStatus: ofViewer,
  createRoom: 'The room does not exist before.',
  openConversation: 'The conversation is of the viewer and the users that they name.',
  blockUser: ofViewer,
  unblockUser: ofViewer,
  apiKeys: ofAdmins,
  userByExternalId: ofAdmins,
  upsertUser: ofAdmins,
  createSessionFor: ofAdmins,
  deactivateUser: ofAdmins,
  reactivateUser: ofAdmins,
  setAdmin: ofAdmins,
  createApiKey: ofAdmins,
  revokeApiKey: ofAdmins,
};

const toReaders = 'to all who may read the room';
const toModerators = 'to the user and to moderators';
const toUser = 'to the user alone';
const toAuthor = 'to the author alone';
const toMembers = 'to members; empty for others';

/** What is in a room: to whom each field shows something. Other fields of these types are shown to all who may read it. */
export const shownTo: Record<'Room' | 'RoomMembership' | 'Message', Record<string, string>> = {
  Room: {
    ...shown(
      'id kind slug name topic avatarUrl createdAt createdBy archivedAt postingPolicy slowModeSeconds memberCount',
    ),
    ...shown(
      'viewerPermissions viewerMembership messages messagesAround latestMessage presence lastEventNumber syncCursor',
    ),
    members: `${toReaders}; other states than JOINED ${toModerators}`,
    typingUsers: toMembers,
  },
  RoomMembership: {
    ...shown('id room user role state joinedAt'),
    mutedUntil: toModerators,
    bannedUntil: toModerators,
    moderationReason: toModerators,
    nextMessageAt: toUser,
    readState: toUser,
    notificationLevel: toUser,
  },
  Message: {
    ...shown(
      'id room author kind sequence text createdAt editedAt deletedAt replyTo reactionGroups lastEventNumber systemEvent',
    ),
    clientMessageId: toAuthor,
  },
};

function shown(fields: string): Record<string, string> {
  return Object.fromEntries(fields.split(' ').map((field) => [field, toReaders]));
}
