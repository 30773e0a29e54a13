import { rateLimited, unknownOutcome } from '../../base/errors.ts';
import type { MessageRow } from '../../graphql/nodes.ts';
import type { RoomEvent } from '../events/kinds.ts';
import type { Outcome, QueuedMessage } from './queued-message.ts';
import { storedMessage, type VerdictRow } from './write-statements.ts';

const uncertainText = 'The message may or may not be stored. Send it again with the same clientMessageId.';

/** Resolves the promises of a group with what the database decided, and returns the messages that it wrote. */
export function resolveAll(group: readonly QueuedMessage[], rows: readonly VerdictRow[]): MessageRow[] {
  const written: MessageRow[] = [];
  for (const row of rows) {
    const queued = group[Number(row.ordinal) - 1];
    if (!queued) continue;
    const message = storedMessage(queued.draft, row);
    // KNOWN by its own id: an earlier attempt was committed, but its answer was lost.
    const isOwn = message?.id === queued.draft.id;
    if (message && isOwn) written.push(message);
    queued.resolve({ verdict: isOwn ? 'WRITTEN' : row.verdict, message } as Outcome);
  }
  return written;
}

/**
 * Rejects messages: with RATE_LIMITED and `text` if they were not stored, with UNKNOWN_OUTCOME if they may be stored.
 */
export function rejectAll(group: readonly QueuedMessage[], text: string): void {
  for (const { isUncertain, reject } of group) reject(isUncertain ? unknownOutcome(uncertainText) : rateLimited(text));
}

/** Returns the events of messages that were written, a list for each room, in order. */
export function eventsByRoom(messages: readonly MessageRow[]): RoomEvent[][] {
  const byRoom = new Map<string, RoomEvent[]>();
  for (const message of [...messages].sort((a, b) => a.eventNumber - b.eventNumber)) {
    const { roomId, eventNumber, createdAt: occurredAt, authorId: actorId } = message;
    const events = byRoom.get(roomId) ?? [];
    events.push({ type: 'MESSAGE_ADDED', roomId, eventNumber, occurredAt, actorId, message });
    byRoom.set(roomId, events);
  }
  return [...byRoom.values()];
}
