import type { AccessChange } from './ends.ts';

/** An event of a log: numbered densely from 1, in the order of commits. */
export interface Numbered {
  readonly eventNumber: number;
  readonly occurredAt: Date;
}

/**
 * A position in a log: after the event of this number, in the history that `epoch` names. A restored backup has the same
 * epoch and uses numbers again. Only `at` then tells the new event of a number from the lost one.
 */
export interface Position {
  readonly epoch: string;
  readonly eventNumber: number;
  /** When that event happened, in ms by the database's clock; 0 before the first event, null if it is not known. */
  readonly at: number | null;
}

/** Returns the position after an event. */
export function positionAfter(epoch: string, { eventNumber, occurredAt }: Numbered): Position {
  return { epoch, eventNumber, at: occurredAt.getTime() };
}

/** What to read of one topic's log. */
export interface Want {
  readonly topic: string;
  /** Events numbered above this. */
  readonly after: number;
  /** How many events at most. */
  readonly limit: number;
}

/** The durable logs that feeds serve. `heads` and `read` use one statement for all questions, and answer in their order. */
export interface Log<Event extends Numbered> {
  /** Returns where each log ends; null for a topic without a log. */
  heads(topics: readonly string[]): Promise<(Position | null)[]>;
  /** Returns the events after each `after`, without gaps, with their content as it is now. */
  read(wants: readonly Want[]): Promise<Event[][]>;
  /** Returns about how many bytes an event keeps in memory; `usualEventBytes` if it is not given. */
  bytesOf?: (event: Event) => number;
  /** Returns how an event changes earlier events; null if it changes none. `read` returns the changed versions. */
  revisionBy?: (event: Event) => Revision<Event> | null;
  /** Returns whose access to the topic an event ends or restores, if any. */
  accessBy?: (event: Event) => AccessChange | null;
}

/** Returns an earlier event as it is now, or the same object if it has not changed. */
export type Revision<Event> = (earlier: Event) => Event;

/** Reads all wants in one statement that reads nothing twice: readers that resume together want the same events. */
export async function readOnce<Event extends Numbered>(log: Log<Event>, wants: readonly Want[]): Promise<Event[][]> {
  const keys = wants.map(({ topic, after, limit }) => `${topic} ${after} ${limit}`);
  const different = new Map(wants.map((want, index) => [keys[index] as string, want]));
  const pages = await log.read([...different.values()]);
  const byKey = new Map([...different.keys()].map((key, index) => [key, pages[index] as Event[]]));
  return keys.map((key) => byKey.get(key) as Event[]);
}
