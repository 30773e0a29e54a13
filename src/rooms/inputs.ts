import { innerId } from '../base/ids.ts';
import { builder } from '../graphql/builder.ts';
import { maxAdded } from './add-members.ts';

/** The field `roomId` of an input. */
export const roomIdField = { required: true as const, description: 'Global id of the room.' };

/** The GraphQL type `RoomIdInput`. */
export const RoomIdInput = builder.inputType('RoomIdInput', {
  description: 'The room to act on.',
  fields: (t) => ({ roomId: t.id(roomIdField) }),
});

/** Returns the inner id of an input's room. Throws INVALID_INPUT. */
export function roomIdIn({ roomId }: { roomId: string }): string {
  return innerId('Room', roomId, ['roomId']);
}

/** Returns the inner ids of users in a field of an input. Throws INVALID_INPUT, with the index of the wrong id. */
export function userIdsIn(ids: readonly string[], field: string): string[] {
  return ids.map((id, index) => innerId('User', id, [field, String(index)]));
}

/** The cost of adding one user: it writes a membership, an event and a system message. */
const costOfUser = 20;

/** Returns what adding users costs, in the unit of field costs. */
export function costOfUsers(userIds: readonly string[] | null | undefined): number {
  return costOfUser * Math.min(userIds?.length ?? 0, maxAdded);
}
