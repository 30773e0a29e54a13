/** An event of a log: numbered densely from 1, in the order of commits. */
export interface Numbered {
  readonly eventNumber: number;
}

/** A place in a log: after the event of this number, in the history that `epoch` names. */
export interface Position {
  readonly epoch: string;
  readonly eventNumber: number;
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
  /** What follows, without gaps. */
  read(wants: readonly Want[]): Promise<Event[][]>;
}
