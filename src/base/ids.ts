import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';
import { invalidInput } from './errors.ts';

const nodeTypes = ['ApiKey', 'Message', 'Notification', 'Room', 'RoomMembership', 'Session', 'User', 'Viewer'] as const;

export type NodeType = (typeof nodeTypes)[number];

/** Matches inner ids: in lower case, as in the database, because they are compared as text. */
export const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const uuidV7Pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Returns whether a text is a UUIDv7 as the server writes it, in lower case; its time may be any. */
export function isUuidV7(text: string): boolean {
  return uuidV7Pattern.test(text);
}

const uuidBytes = 16;
/** Random bytes for the next ids. Asking the system for each id separately, as uuid does, is most of the cost of an id. */
const random = new Uint8Array(256 * uuidBytes);
let randomUsed = random.length;
/** Milliseconds and counter of the last id. */
let lastMs = 0;
let lastNumber = 0;

/** Returns a new UUIDv7. The ids of one process sort by the time at which they were created. */
export function newId(): string {
  if (randomUsed === random.length) {
    randomFillSync(random);
    randomUsed = 0;
  }
  const bytes = random.subarray(randomUsed, randomUsed + uuidBytes);
  randomUsed += uuidBytes;
  const now = Date.now();
  // The first of the counter's 32 bits is 0, so that 2^31 more ids fit into the same millisecond.
  lastNumber = now > lastMs ? new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) >>> 1 : lastNumber + 1;
  lastMs = Math.max(lastMs, now);
  return v7({ random: bytes, msecs: lastMs, seq: lastNumber });
}

/** Returns the Relay global id of a node, opaque to clients. */
export function globalId(type: NodeType | (string & {}), id: string): string {
  return opaque(`${type}:${id}`);
}

/**
 * Returns a text of ASCII letters, digits and `:.-_` in base64url. `btoa` takes a quarter of the time of a Buffer; of these
 * characters, it makes no `+` and no `/`.
 */
export function opaque(text: string): string {
  const padded = btoa(text);
  const padding = (3 - (text.length % 3)) % 3;
  return padding === 0 ? padded : padded.slice(0, -padding);
}

/** Parses a global id; the node need not exist. Throws INVALID_INPUT for a text that `globalId` did not create. */
export function parseGlobalId(text: string, path: readonly string[] = []): { typename: NodeType; id: string } {
  const [name = '', id = ''] = Buffer.from(text, 'base64url').toString().split(':');
  const typename = nodeTypes.find((type) => type === name);
  const isOurs = typename && uuidPattern.test(id) && globalId(typename, id) === text;
  if (!isOurs) throw invalidInput('Expected an id as this server gives it in fields named `id`.', path, 'id');
  return { typename, id };
}

/** Returns the inner id of a node of this type. Throws INVALID_INPUT for a malformed id and for one of another type. */
export function innerId(type: NodeType, text: string, path: readonly string[] = []): string {
  const { typename, id } = parseGlobalId(text, path);
  if (typename !== type) throw invalidInput(`Expected the id of a ${type}, got one of a ${typename}.`, path, 'id');
  return id;
}

/** UUIDs before and after all ids: bounds of a range without a start or an end. */
export const lowestId = '00000000-0000-0000-0000-000000000000';
export const highestId = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
