import { MarkReadDocument, ReadStatesDocument, UnreadDocument } from '../generated/graphql.ts';
import type { Person } from './person.ts';
import { done } from './rooms.ts';

/** What the payload of `markRead` says, errors included. */
export async function tryRead(reader: Person, roomId: string, upToSequence: number) {
  return (await reader.ask(MarkReadDocument, { input: { roomId, upToSequence } })).markRead;
}

/** Marks messages as read, and answers with what is left. */
export async function read(reader: Person, roomId: string, upToSequence: number) {
  return done(await tryRead(reader, roomId, upToSequence)).membership!.readState!;
}

/** The memberships of somebody, with what they have not read. */
export async function membershipsOf(reader: Person) {
  return (await reader.ask(ReadStatesDocument, { first: 100 })).viewer!.memberships.nodes;
}

/** How far somebody has read in a room; null if they are no member. */
export async function readStateOf(reader: Person, roomId: string) {
  const own = (await membershipsOf(reader)).find(({ room }) => room.id === roomId);
  return own?.readState ?? null;
}

/** How much somebody has not read in a room. */
export async function unreadIn(roomId: string, reader: Person): Promise<number | null> {
  return (await readStateOf(reader, roomId))?.unreadCount.value ?? null;
}

/** How much somebody has not read in all their rooms. */
export async function unreadOf(reader: Person) {
  return (await reader.ask(UnreadDocument)).viewer!.unread;
}
