import { invalidInput } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import { cursorOf } from '../graphql/connections.ts';
import type { Context } from '../graphql/context.ts';
import type { RoomRow } from '../graphql/nodes.ts';
import type { Selecting } from '../graphql/selection.ts';
import { headOf } from '../log/room-heads.ts';
import { bySequence, messagePage } from './history.ts';

/** Makes a cursor of a number, without its message. */
const byNumber = { ...bySequence, of: (sequence: number) => sequence };

/** A message, and how many messages around it are wanted. */
export interface Around {
  sequence: number;
  before: number;
  after: number;
}

/**
 * Returns the page around a message: at most `before` messages, the message, and at most `after` messages. A number above
 * that of the newest message means the newest message, 0 the start of the room. Throws INVALID_INPUT. The caller has
 * checked that the viewer may read the room.
 */
export async function messagesAround(
  context: Context,
  room: RoomRow,
  { around, info }: { around: Around; info: Selecting },
) {
  requireSizes(around);
  if (room.isRedacted) return messagePage(context, room, { args: { first: 0 }, info });
  const lastSequence = room.lastSequence ?? (await headOf(context, room.id)).lastSequence;
  const middle = Math.min(around.sequence, lastSequence);
  const first = Math.max(middle - around.before, 1);
  // Sequences have no gaps, so a page of messages is a range of numbers, and the one before the first exists.
  const after = first > 1 ? cursorOf(byNumber, first - 1) : null;
  const args = { after, first: middle + around.after - first + 1 };
  return messagePage(context, room, { args, info });
}

function requireSizes({ sequence, before, after }: Around): void {
  for (const [name, number] of Object.entries({ sequence, before, after })) {
    if (number < 0) throw invalidInput(`\`${name}\` is ${number}; expected 0 or more.`, [name], 'min');
  }
  const size = before + 1 + after;
  if (size <= limits.maxPageSize) return;
  const most = limits.maxPageSize - 1;
  throw invalidInput(
    `\`before\` and \`after\` add up to ${size - 1}; expected at most ${most}.`,
    ['before'],
    'pageSize',
  );
}
