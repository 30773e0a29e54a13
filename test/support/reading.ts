import { MarkReadDocument, ReadStatesDocument, UnreadDocument } from '../generated/graphql.ts';
import type { Person } from './person.ts';
import { done } from './rooms.ts';

/** Marks messages as read; returns the payload, errors included. */
export async function tryRead(reader: Person, roomId: string, upToSequence: number) {
  return (await reader.ask(MarkReadDocument, { input: { roomId, upToSequence } })).markRead;
}

/** Marks messages as read; returns what is unread afterwards. */
export async function read(reader: Person, roomId: string, upToSequence: number) {
  return done(await tryRead(reader, roomId, upToSequence)).membership!.readState!;
}

/** Returns the memberships of a user with their read states. */
export async function membershipsOf(reader: Person) {
  return (await reader.ask(ReadStatesDocument, { first: 100 })).viewer!.memberships.nodes;
}

/** Returns the read position of a user in a room; null if the user is not a member. */
export async function readStateOf(reader: Person, roomId: string) {
  const own = (await membershipsOf(reader)).find(({ room }) => room.id === roomId);
  return own?.readState ?? null;
}

/** Returns how many messages of a room a user has unread. */
export async function unreadIn(roomId: string, reader: Person): Promise<number | null> {
  return (await readStateOf(reader, roomId))?.unreadCount.value ?? null;
}

/** Returns how much a user has unread in all rooms. */
export async function unreadOf(reader: Person) {
  return (await reader.ask(UnreadDocument)).viewer!.unread;
}
