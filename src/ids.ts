import { v7, validate } from 'uuid';
import { invalidInput } from './errors.ts';

export type NodeType = 'Message' | 'Notification' | 'Room' | 'RoomMembership' | 'Session' | 'User';

/** A new UUIDv7: ids of one process sort by the time they were made. */
export function newId(): string {
  return v7();
}

/** The Relay global id of a node, opaque to clients. */
export function globalId(type: NodeType | (string & {}), id: string): string {
  return Buffer.from(`${type}:${id}`).toString('base64url');
}

/** Reads a global id without asking what it names. Throws INVALID_INPUT for anything that this server never made. */
export function parseGlobalId(text: string, path: readonly string[] = []): { typename: string; id: string } {
  const [typename = '', id = '', ...rest] = Buffer.from(text, 'base64url').toString().split(':');
  if (rest.length > 0 || !validate(id)) throw invalidInput('This is not an id of this server.', path, 'id');
  return { typename, id };
}

/** The inner id of a `type` node. Throws INVALID_INPUT for a malformed id and for one of another type. */
export function innerId(type: NodeType, text: string, path: readonly string[] = []): string {
  const { typename, id } = parseGlobalId(text, path);
  if (typename !== type) throw invalidInput(`Expected the id of a ${type}, got one of a ${typename}.`, path, 'id');
  return id;
}
