import type { Unsubscribe } from '../bus/bus.ts';

/** The place of everybody who is connected; every other place is a room, by its id. */
export const everywhere = 'online';

export interface Presences {
  /** How many users are there. */
  count: number;
  /** All of them if they are at most the limit, else some: as many as that. */
  userIds: string[];
}

/**
 * Knows which users are in which places, over all nodes. What a node says counts as long as the node lives: the users of
 * one that was killed are gone for everybody within 10 s. Entering twice is entering once. Never throws: while nodes
 * cannot tell each other, each answers what it knows itself.
 */
export interface PresenceStore {
  /** The user is in the place by way of this node, until it says otherwise. */
  enter(place: string, userId: string): void;
  leave(place: string, userId: string): void;
  present(place: string, limit: number): Promise<Presences>;
  /** Whether each of the users is there. */
  arePresent(place: string, userIds: readonly string[]): Promise<boolean[]>;
  /**
   * Calls `onChange` whenever who is there, or what is shown of them, may have changed, on any node; more often than it
   * has. Resolves once it will.
   */
  watch(place: string, onChange: () => void): Promise<Unsubscribe>;
  /** Tells all who watch the place to look again. */
  announce(place: string): void;
  /** Does not take back what this node said: that runs out a few seconds later, so that a restart is no leaving. */
  close(): Promise<void>;
}
