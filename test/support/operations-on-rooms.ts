import { globalId, newId } from '../../src/base/ids.ts';
import { MembersDocument } from '../generated/graphql.ts';
import type { Person } from './person.ts';
import { say } from './rooms.ts';

/** Ids of a room, a message in it and a membership of it. */
export type RoomIds = Record<'room' | 'message' | 'member', string>;

/** Sends a message to a room and returns ids of all that is in it. */
export async function idsIn(room: string, member: Person): Promise<RoomIds> {
  const members = (await member.ask(MembersDocument, { roomId: room })).room!.members.edges;
  return { room, message: (await say(member, room, 'Hush')).id, member: members[0]!.node.id };
}

/** Returns ids of a room that does not exist. */
export function idsOfNoRoom(): RoomIds {
  return {
    room: globalId('Room', newId()),
    message: globalId('Message', newId()),
    member: globalId('RoomMembership', newId()),
  };
}

export interface Outsider {
  id: string;
  /** A room that the outsider is in. */
  ownRoom: string;
}

const user = 'userErrors { __typename code message path }';
/** Every operation that takes the id of a room or of something in it, as an outsider may try it. */
export const operationsOnRooms: Record<string, (ids: RoomIds, outsider: Outsider) => string> = {
  node: ({ room, message, member }) =>
    `{ a: node(id: "${room}") { id } b: node(id: "${message}") { id } c: node(id: "${member}") { id } }`,
  nodes: ({ room, message, member }) => `{ nodes(ids: ["${room}", "${message}", "${member}"]) { id } }`,
  room: ({ room }) => `{ room(id: "${room}") { id name memberCount messages { nodes { text } } } }`,
  updateRoom: ({ room }) =>
    `mutation { updateRoom(input: { roomId: "${room}", name: "Mine" }) { room { id } ${user} } }`,
  archiveRoom: ({ room }) => `mutation { archiveRoom(input: { roomId: "${room}" }) { room { id } ${user} } }`,
  unarchiveRoom: ({ room }) => `mutation { unarchiveRoom(input: { roomId: "${room}" }) { room { id } ${user} } }`,
  joinRoom: ({ room }) =>
    `mutation { joinRoom(input: { roomId: "${room}" }) { membership { id } room { id } ${user} } }`,
  leaveRoom: ({ room }) =>
    `mutation { leaveRoom(input: { roomId: "${room}" }) { membership { id } room { id } ${user} } }`,
  addMembers: ({ room }, { id }) =>
    `mutation { addMembers(input: { roomId: "${room}", userIds: ["${id}"] }) { memberships { id } ${user} } }`,
  ...Object.fromEntries(
    ['removeMember', 'banMember', 'unbanMember', 'muteMember', 'unmuteMember'].map((name) => [
      name,
      ({ room }: RoomIds, { id }: Outsider) => `mutation {
        ${name}(input: { roomId: "${room}", userId: "${id}" }) { membership { id } room { id } ${user} } }`,
    ]),
  ),
  setMemberRole: ({ room }, { id }) => `mutation {
  setMemberRole(input: { roomId: "${room}", userId: "${id}", role: OWNER }) { membership { id } room { id } ${user} } }`,
  setNotificationLevel: ({ room }) => `mutation {
  setNotificationLevel(input: { roomId: "${room}", level: NONE }) { membership { id } room { id } ${user} } }`,
  markRead: ({ room }) =>
    `mutation { markRead(input: { roomId: "${room}", upToSequence: 1 }) { membership { id } room { id } ${user} } }`,
  sendMessage: ({ room, message }, { ownRoom }) => `mutation {
  there: sendMessage(input: { roomId: "${room}", text: "Hi" }) { message { id } isReplay ${user} }
  reply: sendMessage(input: { roomId: "${ownRoom}", text: "Hi", replyToId: "${message}" }) { message { id } ${user} } }`,
  editMessage: ({ message }) =>
    `mutation { editMessage(input: { messageId: "${message}", text: "Mine" }) { message { id } ${user} } }`,
  deleteMessage: ({ message }) =>
    `mutation { deleteMessage(input: { messageId: "${message}" }) { message { id } ${user} } }`,
  addReaction: ({ message }) =>
    `mutation { addReaction(input: { messageId: "${message}", emoji: "👀" }) { message { id } ${user} } }`,
  removeReaction: ({ message }) =>
    `mutation { removeReaction(input: { messageId: "${message}", emoji: "👀" }) { message { id } ${user} } }`,
  setTyping: ({ room }) =>
    `mutation { setTyping(input: { roomId: "${room}", isTyping: true }) { expiresInMs ${user} } }`,
  acknowledgeNotifications: ({ room }) => `mutation {
  acknowledgeNotifications(input: { roomId: "${room}", upToSequence: 1 }) { unread { messages { value } } ${user} } }`,
  presenceChanged: ({ room }) => `subscription { presenceChanged(roomIds: ["${room}"]) { onlineCount } }`,
  typingChanged: ({ room }) => `subscription { typingChanged(roomId: "${room}") { users { id } } }`,
  readStateChanged: ({ room }) => `subscription { readStateChanged(roomId: "${room}") { lastReadSequence } }`,
  roomEvents: ({ room }) => `subscription { roomEvents(roomId: "${room}") { status } }`,
  messageAdded: ({ room }) => `subscription { messageAdded(roomId: "${room}") { eventNumber } }`,
};
