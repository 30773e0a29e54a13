import { rateLimited, unknownOutcome } from '../../base/errors.ts';
import type { Step } from '../changes/change.ts';
import type { RoomEvent } from '../events/kinds.ts';
import type { Committed } from './commit-group.ts';
import type { QueuedChange } from './queued-change.ts';

const uncertainText =
  'The change may or may not be stored. Make it again; for a message, with the same clientMessageId.';

/** What a committed group did. */
export interface Outcomes {
  byStep: ReadonlyMap<Step, unknown>;
  events: RoomEvent[];
}

/** Reads the answers of a commit. */
export function outcomesOf(group: readonly QueuedChange[], committed: readonly Committed[]): Outcomes {
  const steps = group.flatMap((queued) => queued.steps);
  const byStep = new Map<Step, unknown>();
  const events: RoomEvent[] = [];
  for (const { kind, changes, rows } of committed) {
    const done = kind.read(changes, rows);
    events.push(...done.events);
    const own = steps.filter((step) => step.kind === kind);
    for (const [index, step] of own.entries()) byStep.set(step, done.outcomes[index]);
  }
  return { byStep, events };
}

/**
 * Rejects changes: with RATE_LIMITED and `text` if they were not stored, with UNKNOWN_OUTCOME if they may be stored.
 */
export function rejectAll(group: readonly QueuedChange[], text: string): void {
  for (const { isUncertain, reject } of group) reject(isUncertain ? unknownOutcome(uncertainText) : rateLimited(text));
}

/** Returns the events of a group, a list for each room, in order. */
export function eventsByRoom(events: readonly RoomEvent[]): RoomEvent[][] {
  const byRoom = new Map<string, RoomEvent[]>();
  for (const event of events.toSorted((a, b) => a.eventNumber - b.eventNumber)) {
    const ofRoom = byRoom.get(event.roomId);
    if (ofRoom) ofRoom.push(event);
    else byRoom.set(event.roomId, [event]);
  }
  return [...byRoom.values()];
}
