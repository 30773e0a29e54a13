import {
  AddReactionDocument,
  DeleteMessageDocument,
  EditMessageDocument,
  RemoveReactionDocument,
} from '../generated/graphql.ts';
import type { Person } from './person.ts';

/** Edits a message. A failure is in the payload. */
export async function edit(person: Person, messageId: string, text: string) {
  return (await person.ask(EditMessageDocument, { input: { messageId, text } })).editMessage;
}

/** Deletes a message. A failure is in the payload. */
export async function remove(person: Person, messageId: string) {
  return (await person.ask(DeleteMessageDocument, { input: { messageId } })).deleteMessage;
}

/** Reacts to a message. A failure is in the payload. */
export async function react(person: Person, messageId: string, emoji: string) {
  return (await person.ask(AddReactionDocument, { input: { messageId, emoji } })).addReaction;
}

/** Removes a reaction. A failure is in the payload. */
export async function unreact(person: Person, messageId: string, emoji: string) {
  return (await person.ask(RemoveReactionDocument, { input: { messageId, emoji } })).removeReaction;
}
