import type { AccessChange } from './ends.ts';

/** An event of a log: numbered densely from 1, in the order of commits. */
export interface Numbered {
  readonly eventNumber: number;
  readonly occurredAt: Date;
}

/**
 * A place in a log: after the event of this number, in the history that `epoch` names. A backup that is restored goes on
 * with the same epoch and the same numbers; but what has these numbers then happened at another time.
 */
export interface Position {
  readonly epoch: string;
  readonly eventNumber: number;
  /** When that event happened, in ms by the database's clock; 0 before the first event, null if it is not known. */
  readonly at: number | null;
}

/** The place after an event. */
export function positionAfter(epoch: string, { eventNumber, occurredAt }: Numbered): Position {
  return { epoch, eventNumber, at: occurredAt.getTime() };
}

/** What to read of one topic's log. */
export interface Want {
  readonly topic: string;
  /** Events numbered above this. */
  readonly after: number;
  /** At most so many. */
  readonly limit: number;
}

/** The durable logs that feeds serve. Both answer in the order of what was asked, in one statement for all. */
export interface Log<Event extends Numbered> {
  /** Where each log ends; null for a topic that has none. */
  heads(topics: readonly string[]): Promise<(Position | null)[]>;
  /** What follows, without gaps; of what has changed since, as it is now. */
  read(wants: readonly Want[]): Promise<Event[][]>;
  /** About how many bytes an event keeps in memory; 1,000 if it is not said. */
  bytesOf?: (event: Event) => number;
  /** What becomes of earlier events once this one is there, if anything: as `read` would show them then. */
  revisionBy?: (event: Event) => Revision<Event> | null;
  /** Whose access to the topic the event ends or gives back, if anyone's. */
  accessBy?: (event: Event) => AccessChange | null;
}

/** Gives an event as it is now, or itself. */
export type Revision<Event> = (earlier: Event) => Event;

/** Reads all wants in one statement that reads nothing twice: readers that resume together want the same events. */
export async function readOnce<Event extends Numbered>(log: Log<Event>, wants: readonly Want[]): Promise<Event[][]> {
  const keys = wants.map(({ topic, after, limit }) => `${topic} ${after} ${limit}`);
  const different = new Map(wants.map((want, index) => [keys[index] as string, want]));
  const pages = await log.read([...different.values()]);
  const byKey = new Map([...different.keys()].map((key, index) => [key, pages[index] as Event[]]));
  return keys.map((key) => byKey.get(key) as Event[]);
}
