import { BlockUserDocument, UnblockUserDocument } from '../generated/graphql.ts';
import type { Person } from './person.ts';
import { done } from './rooms.ts';

export async function block(person: Person, other: Person): Promise<void> {
  done((await person.ask(BlockUserDocument, { userId: other.id })).blockUser);
}

export async function unblock(person: Person, other: Person): Promise<void> {
  done((await person.ask(UnblockUserDocument, { userId: other.id })).unblockUser);
}
