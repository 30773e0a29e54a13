import type { Numbered } from './log.ts';
import type { Joined, SharedStates, StateSubscriber } from './shared-states.ts';
import type { StateListener, StateSource } from './state-source.ts';

interface Wanted<Value> {
  topics: readonly string[];
  /** The user who subscribes. */
  owner: string;
  /** Rejects if the owner may not follow the topic, or if there is no such topic. */
  admit: (topic: string) => Promise<unknown>;
  topicOf: (value: Value) => string;
}

/**
 * Subscribes one reader to the states of several topics; rejects as `admit` does. A topic falls silent when the owner's
 * access to it ends; with the last topic the stream ends.
 */
export async function subscribeToStates<Event extends Numbered, Value>(
  states: SharedStates<Event, Value>,
  { topics, owner, admit, topicOf }: Wanted<Value>,
): Promise<StateSource<Value>> {
  const joined = new Map<StateSubscriber<Value>, Joined<Value>>();
  let listener: StateListener<Value> | null = null;
  const leave = (subscriber: StateSubscriber<Value>) => {
    joined.get(subscriber)?.leave();
    joined.delete(subscriber);
  };
  const release = () => {
    for (const subscriber of [...joined.keys()]) leave(subscriber);
  };
  const listen = (next: (value: Value) => void) => {
    for (const subscriber of joined.keys()) subscriber.next = next;
  };
  const join = async (topic: string) => {
    const end = () => {
      leave(subscriber);
      if (joined.size === 0) listener?.end();
    };
    const subscriber: StateSubscriber<Value> = { owner, next: () => {}, end };
    const subscription = await states.join(topic, subscriber);
    if (subscription) joined.set(subscriber, subscription);
    // Joined before access is checked: an event that ends the access after the check then ends the subscription.
    await admit(topic);
  };
  const outcomes = await Promise.allSettled([...new Set(topics)].map(join));
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure) {
    release();
    throw failure.reason;
  }
  const begin = (starting: StateListener<Value>) => {
    listener = starting;
    listen(starting.next);
    if (joined.size === 0) starting.end();
    const stop = () => {
      listener = null;
      listen(() => {});
    };
    return { snapshot: [...joined.values()].flatMap(({ snapshot }) => snapshot()), stop };
  };
  return { begin, topicOf, release };
}
