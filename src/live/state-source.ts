import type { AccessEnd } from './ends.ts';

/** What a source calls with the changes after its snapshot. */
export interface StateListener<Value> {
  next: (value: Value) => void;
  /** Ends the stream: there is nothing more to follow. */
  end: () => void;
}

/** One reading of a source: its snapshot, and a function that ends the changes after it. */
export interface StateReading<Value> {
  snapshot: readonly Value[] | Promise<readonly Value[]>;
  stop: () => void;
}

/** State that changes, of which a reader gets a snapshot and then the changes. */
export interface StateSource<Value> {
  /**
   * Begins a reading: the listener gets each change after the snapshot. Called again when a reader could not keep up and
   * starts over with a new snapshot.
   */
  begin: (listener: StateListener<Value>) => StateReading<Value>;
  /**
   * Returns the topic of a value. All readers of the topic may see the value, so it is rendered once for them. Returns null
   * for a value that only one reader may see.
   */
  topicOf: (value: Value) => string | null;
  /** Returns the end of the reader's access to a topic; null, or absent, while it lasts. */
  accessEnd?: (topic: string) => AccessEnd | null;
  /** Releases what the source holds; called once. */
  release: () => void;
}
