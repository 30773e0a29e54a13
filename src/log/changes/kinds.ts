import { addMembers } from './add-members.ts';
import type { AnyKind } from './change.ts';
import { deletion } from './delete.ts';
import { edit } from './edit.ts';
import { expel } from './expel.ts';
import { join } from './join.ts';
import { leave } from './leave.ts';
import { moderate } from './moderate.ts';
import { react } from './react.ts';
import { send } from './send.ts';
import { updateRoom } from './update-room.ts';

/**
 * The kinds of durable changes, in the order in which a group makes them. The rules of a room come first, so that they
 * apply at once: a ban stops the messages beside it. Deleting and leaving come last, so that a user can write and leave in
 * one group.
 */
export const changeKinds: readonly AnyKind[] = [
  expel,
  moderate,
  updateRoom,
  join,
  addMembers,
  send,
  edit,
  react,
  deletion,
  leave,
];
