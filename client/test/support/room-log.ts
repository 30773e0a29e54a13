import type { MessageFields, RoomEventFields, SharedMessageFields } from '../../src/documents.ts';
import type { Frame } from '../../src/rooms/frames.ts';

/** A message with the fields that a test names. */
export function message(sequence: number, more: Partial<MessageFields> = {}): MessageFields {
  return {
    id: `m${sequence}`,
    sequence,
    kind: 'USER',
    text: `text ${sequence}`,
    createdAt: '2026-11-27T00:00:00.000Z',
    editedAt: null,
    deletedAt: null,
    lastEventNumber: 0,
    author: null,
    replyTo: null,
    systemEvent: null,
    reactionGroups: [],
    clientMessageId: null,
    ...more,
  };
}

export function added(eventNumber: number, of: SharedMessageFields): RoomEventFields {
  const occurredAt = '2026-11-27T00:00:00.000Z';
  const shared = { roomId: 'r', eventNumber, occurredAt, actor: null };
  return { __typename: 'MessageAddedEvent', ...shared, cursor: `c${eventNumber}`, message: of };
}

/** The frame of the events above `before` up to `after`, each a new message. */
export function frame(before: number, after: number, more: Partial<Frame> = {}): Frame {
  const numbers = Array.from({ length: after - before }, (_, index) => before + index + 1);
  return {
    status: numbers.length > 0 ? 'LIVE' : 'HEARTBEAT',
    cursor: `c${after}`,
    positionBefore: before,
    positionAfter: after,
    resetReason: null,
    events: numbers.map((number) => added(number, message(number))),
    ...more,
  };
}
