import { newId } from '../../src/base/ids.ts';
import {
  AddMembersDocument,
  CreateRoomDocument,
  type CreateRoomInput,
  HistoryDocument,
  JoinRoomDocument,
  LeaveRoomDocument,
  OpenConversationDocument,
  RoomBySlugDocument,
  RoomDocument,
  SendMessageDocument,
  type SendMessageInput,
} from '../generated/graphql.ts';
import type { Person } from './person.ts';

/** Returns the payload of a mutation that succeeded. Throws if it failed. */
export function done<Payload extends { userErrors: { code: string; message?: string }[] }>(payload: Payload): Payload {
  const [error] = payload.userErrors;
  if (error) throw new Error(`${error.code}: ${error.message}`);
  return payload;
}

/** Creates a room with members; returns its id. */
export async function makeRoom(owner: Person, input: CreateRoomInput, members: Person[] = []): Promise<string> {
  const memberIds = members.map(({ id }) => id);
  const { createRoom } = await owner.ask(CreateRoomDocument, { input: { ...input, memberIds } });
  return done(createRoom).room!.id;
}

/** Creates a private room with these members; returns its id. */
export function makeGroup(owner: Person, name: string, members: Person[] = []): Promise<string> {
  return makeRoom(owner, { kind: 'GROUP', name }, members);
}

/** Creates a private room of these users, which the first one owns; returns its id. */
export function roomOf(owner: Person, ...members: Person[]): Promise<string> {
  return makeGroup(owner, 'Workshop', members);
}

/** Creates a channel with a unique slug; returns its id. */
export function makeChannel(owner: Person, name: string, members: Person[] = []): Promise<string> {
  return makeRoom(owner, { kind: 'CHANNEL', name, slug: `channel-${newId()}` }, members);
}

/** Returns the id of a public room. */
export async function roomCalled(slug: string, reader: Person): Promise<string> {
  return (await reader.ask(RoomBySlugDocument, { slug })).roomBySlug!.id;
}

/** Opens the conversation with these users; returns its id. */
export async function converse(caller: Person, ...others: Person[]): Promise<string> {
  const userIds = others.map(({ id }) => id);
  return done((await caller.ask(OpenConversationDocument, { input: { userIds } })).openConversation).room!.id;
}

/** Sends a message, with further input fields if given, and returns it. */
export async function say(author: Person, roomId: string, text: string, more: Partial<SendMessageInput> = {}) {
  const { sendMessage } = await author.ask(SendMessageDocument, { input: { ...more, roomId, text } });
  return done(sendMessage).message!;
}

export async function join(person: Person, roomId: string) {
  return done((await person.ask(JoinRoomDocument, { input: { roomId } })).joinRoom);
}

export async function leave(person: Person, roomId: string) {
  return done((await person.ask(LeaveRoomDocument, { input: { roomId } })).leaveRoom);
}

/** Adds people to a room. A failure is in the payload. */
export async function add(member: Person, roomId: string, people: Person[]) {
  const userIds = people.map(({ id }) => id);
  return (await member.ask(AddMembersDocument, { input: { roomId, userIds } })).addMembers;
}

/** Returns the room as the reader sees it; null if they may not see it. */
export async function look(reader: Person, roomId: string) {
  return (await reader.ask(RoomDocument, { id: roomId })).room ?? null;
}

/** Returns the texts of a room's newest messages, oldest first. */
export async function textsIn(roomId: string, reader: Person): Promise<(string | null)[]> {
  const { room } = await reader.ask(HistoryDocument, { roomId, last: 100 });
  return room!.messages.edges.map(({ node }) => node.text ?? null);
}
