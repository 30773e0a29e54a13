import { Subscribers } from '../base/subscribers.ts';
import { EarlyEvents } from './early-events.ts';
import type { Numbered } from './log.ts';
import { type Opened, SharedResources } from './shared.ts';
import type { Watches } from './watches.ts';

/** One kind of state of a topic, such as the users who are present. */
export interface State<Event, Value> {
  /** Returns what a new subscriber starts with. */
  snapshot: () => readonly Value[];
  /** Receives the topic's events; null if some were missed and can no longer be read. */
  accept?: (events: readonly Event[] | null) => void;
  close: () => void;
}

/** Opens the state of a topic; from then on `publish` passes changes to all subscribers. */
export type OpenState<Event, Value> = (topic: string, publish: (value: Value) => void) => Promise<State<Event, Value>>;

export interface StateSubscriber<Value> {
  /** The user who subscribes. The subscription ends with this user's access to the topic. */
  readonly owner: string;
  /** Receives each change. */
  next: (value: Value) => void;
  /** Called when the owner's access has ended. */
  readonly end: () => void;
}

/** A subscription to the state of a topic. */
export interface Joined<Value> {
  snapshot: () => readonly Value[];
  /** Ends the subscription; a second call does nothing. */
  leave: () => void;
}

interface SharedStatesOptions<Event extends Numbered, Value> {
  watches: Pick<Watches<Event>, 'watch'>;
  open: OpenState<Event, Value>;
  /** Returns the owner whose access an event ends. */
  endsAccessOf: (event: Event) => string | null;
  /** Returns whether an owner has access; asked for each subscriber when events were missed. */
  hasAccess: (topic: string, owner: string) => Promise<boolean>;
  /** Called with each error that a subscriber throws. */
  onError: (error: unknown) => void;
}

interface Topic<Event, Value> {
  state: State<Event, Value>;
  subscribers: Subscribers<StateSubscriber<Value>>;
}

/** Events kept while a state opens; if more arrive, the state receives null instead. */
const maxEarly = 100;

/** States of topics, each shared by all of its subscribers on this node. Subscriptions end with their owner's access. */
export class SharedStates<Event extends Numbered, Value> {
  readonly #options: SharedStatesOptions<Event, Value>;
  readonly #topics: SharedResources<Topic<Event, Value>>;

  constructor(options: SharedStatesOptions<Event, Value>) {
    this.#options = options;
    this.#topics = new SharedResources({ open: (topic) => this.#open(topic) });
  }

  /** Subscribes to the state of a topic; resolves to null if there is no such topic. */
  async join(topic: string, subscriber: StateSubscriber<Value>): Promise<Joined<Value> | null> {
    const lease = this.#topics.acquire(topic);
    const joined = await lease.value;
    if (!joined) return null;
    const remove = joined.subscribers.add(subscriber);
    const leave = () => {
      remove();
      lease.release();
    };
    return { snapshot: () => joined.state.snapshot(), leave };
  }

  async #open(topic: string): Promise<Opened<Topic<Event, Value>> | null> {
    const { watches, open, onError } = this.#options;
    const subscribers = new Subscribers<StateSubscriber<Value>>(onError);
    const early = new EarlyEvents<Event>({ maxEvents: maxEarly });
    let state: State<Event, Value> | null = null;
    const unwatch = await watches.watch(topic, (events) => {
      void this.#endAccess(topic, subscribers, events);
      if (state) state.accept?.(events);
      else early.add(events);
    });
    if (!unwatch) return null;
    state = await open(topic, (value) => subscribers.publish(({ next }) => next(value))).catch((error: unknown) => {
      unwatch();
      throw error;
    });
    if (early.events === null || early.events.length > 0) state.accept?.(early.events);
    const opened = { state, subscribers };
    const close = () => {
      unwatch();
      opened.state.close();
    };
    return { value: opened, close };
  }

  /** Ends the subscriptions whose owners have lost their access: at once if the events are known, else after a check. */
  async #endAccess(
    topic: string,
    subscribers: Subscribers<StateSubscriber<Value>>,
    events: readonly Event[] | null,
  ): Promise<void> {
    if (events) {
      const lost = events.flatMap((event) => this.#options.endsAccessOf(event) ?? []);
      if (lost.length > 0) subscribers.publish((subscriber) => lost.includes(subscriber.owner) && subscriber.end());
      return;
    }
    // Subscribers that join during this check have their access checked later.
    const checked = new Set(subscribers.all());
    const lost = await this.#ownersWithoutAccess(topic, checked);
    subscribers.publish((subscriber) => {
      if (lost.has(subscriber.owner) && checked.has(subscriber)) subscriber.end();
    });
  }

  /** Checks all owners at once, in one statement. If a check fails, the access counts as lost. */
  async #ownersWithoutAccess(
    topic: string,
    subscribers: ReadonlySet<StateSubscriber<Value>>,
  ): Promise<ReadonlySet<string>> {
    const owners = [...new Set(Array.from(subscribers, ({ owner }) => owner))];
    const { hasAccess } = this.#options;
    const allowed = await Promise.all(owners.map((owner) => hasAccess(topic, owner).catch(() => false)));
    return new Set(owners.filter((_owner, index) => !allowed[index]));
  }
}
