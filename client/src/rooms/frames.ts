import type { RoomEventFields, RoomEventsSubscription } from '../documents.ts';

export type Frame = RoomEventsSubscription['roomEvents'];

/** `hole`: events are missing before the frame. `broken`: the frame contradicts itself. Nothing of either is applied. */
export type Finding = { readonly kind: 'repeat' | 'hole' | 'broken' } | Apply;

export interface Apply {
  readonly kind: 'apply';
  /** The events that are new. */
  readonly events: readonly RoomEventFields[];
}

/**
 * Checks a frame of `roomEvents` against `last`, the number of the last event that was applied; null accepts any
 * position. Each frame covers the events above `positionBefore`, up to `positionAfter`: PROTOCOL.md promises it.
 */
export function checkFrame(last: number | null, frame: Frame): Finding {
  const { positionBefore: before, positionAfter: after, events } = frame;
  if (!isWhole(frame)) return { kind: 'broken' };
  if (last === null || before === last) return { kind: 'apply', events };
  if (before > last) return { kind: 'hole' };
  if (after <= last) return { kind: 'repeat' };
  return { kind: 'apply', events: events.filter(({ eventNumber }) => eventNumber > last) };
}

function isWhole({ positionBefore, positionAfter, cursor, events }: Frame): boolean {
  if (typeof cursor !== 'string' || !Number.isSafeInteger(positionBefore)) return false;
  if (events.length !== positionAfter - positionBefore) return false;
  return events.every(({ eventNumber }, index) => eventNumber === positionBefore + index + 1);
}
