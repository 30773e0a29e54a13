import type { Unsubscribe } from '../bus/bus.ts';

/** The topic of all users who are connected. Every other topic is a room's id, or the users who type in a room. */
export const onlineTopic = 'online';

export interface Presences {
  /** How many users are present. */
  count: number;
  /** All of them or, if there are more than the limit, as many as the limit. */
  userIds: string[];
}

/**
 * Knows which users are present in which topics, on all nodes. An entry of a node counts as long as the node lives: the
 * users of a node that was killed are absent within 10 s. Entering twice has the same effect as entering once. Never throws: while the nodes
 * cannot reach each other, each answers from its own entries.
 */
export interface PresenceStore {
  /** Marks the user as present on this node, until `leave`. */
  enter(topic: string, userId: string): void;
  leave(topic: string, userId: string): void;
  present(topic: string, limit: number): Promise<Presences>;
  /** Returns for each of the users whether they are present. */
  arePresent(topic: string, userIds: readonly string[]): Promise<boolean[]>;
  /**
   * Calls `onChange` whenever a topic's users, or what is shown of them, may have changed on any node. It may call
   * without a change. Resolves once it watches.
   */
  watch(topic: string, onChange: () => void): Promise<Unsubscribe>;
  /** Calls all watchers of the topic, on every node. */
  announce(topic: string): void;
  /**
   * Leaves this node's entries in the store. They expire a few seconds later, so that a quick restart takes no user
   * offline.
   */
  close(): Promise<void>;
}
