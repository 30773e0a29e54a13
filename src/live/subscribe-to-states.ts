import type { Numbered } from './log.ts';
import type { Joined, SharedStates, StateSubscriber } from './shared-states.ts';
import type { StateListener, StateReading, StateSource } from './state-source.ts';

interface Wanted<Value> {
  topics: readonly string[];
  /** The user who subscribes. */
  owner: string;
  /** Rejects if the owner may not follow the topic, or if there is no such topic. */
  admit: (topic: string) => Promise<unknown>;
  topicOf: (value: Value) => string;
}

/**
 * Subscribes one reader to the states of several topics; rejects as `admit` does. A topic sends no more changes after the
 * owner's access to it has ended; after the last topic, the stream ends.
 */
export async function subscribeToStates<Event extends Numbered, Value>(
  states: SharedStates<Event, Value>,
  { topics, owner, admit, topicOf }: Wanted<Value>,
): Promise<StateSource<Value>> {
  const followed = new FollowedTopics(states, owner);
  const join = async (topic: string) => {
    await followed.join(topic);
    // Joined before access is checked: an event that ends the access after the check then ends the subscription.
    await admit(topic);
  };
  const outcomes = await Promise.allSettled([...new Set(topics)].map(join));
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure) {
    followed.release();
    throw failure.reason;
  }
  return { begin: (listener) => followed.begin(listener), topicOf, release: () => followed.release() };
}

/** The topics that one reader follows. */
class FollowedTopics<Event extends Numbered, Value> {
  readonly #states: SharedStates<Event, Value>;
  readonly #owner: string;
  readonly #joined = new Map<StateSubscriber<Value>, Joined<Value>>();
  #listener: StateListener<Value> | null = null;

  constructor(states: SharedStates<Event, Value>, owner: string) {
    this.#states = states;
    this.#owner = owner;
  }

  async join(topic: string): Promise<void> {
    const end = () => {
      this.#leave(subscriber);
      if (this.#joined.size === 0) this.#listener?.end();
    };
    const subscriber: StateSubscriber<Value> = { owner: this.#owner, next: () => {}, end };
    const joined = await this.#states.join(topic, subscriber);
    if (joined) this.#joined.set(subscriber, joined);
  }

  begin(listener: StateListener<Value>): StateReading<Value> {
    this.#listener = listener;
    this.#passTo(listener.next);
    if (this.#joined.size === 0) listener.end();
    const stop = () => {
      this.#listener = null;
      this.#passTo(() => {});
    };
    return { snapshot: [...this.#joined.values()].flatMap(({ snapshot }) => snapshot()), stop };
  }

  release(): void {
    for (const subscriber of [...this.#joined.keys()]) this.#leave(subscriber);
  }

  #passTo(next: (value: Value) => void): void {
    for (const subscriber of this.#joined.keys()) subscriber.next = next;
  }

  #leave(subscriber: StateSubscriber<Value>): void {
    this.#joined.get(subscriber)?.leave();
    this.#joined.delete(subscriber);
  }
}
