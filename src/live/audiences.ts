import { Audience, type AudienceOptions } from './audience.ts';
import type { AudienceMember } from './audience-members.ts';
import type { Numbered } from './log.ts';

/** How many checks there are in a heartbeat interval. */
const checks = 100;
/** The share of the audiences that may get a heartbeat at one check: one in 25. */
const turns = 25;

interface AudiencesOptions {
  /**
   * An audience gets a heartbeat after this time without events, or up to a quarter later. Heartbeats are spread: those for
   * ten thousand readers who resumed at once would block the event loop.
   */
  heartbeatMs: number;
  /** Called with the error if a batch could not be rendered for all members of an audience together; once for each error. */
  onError: (error: unknown) => void;
}

type JoinOptions<Event extends Numbered> = Omit<AudienceOptions<Event>, 'key' | 'onEmpty' | 'onError'>;

/** The audiences of a node, one for each set of equal subscriptions. */
export class Audiences<Event extends Numbered> {
  readonly #byKey = new Map<string, Audience<Event>>();
  readonly #onError: (error: unknown) => void;
  readonly #timer: NodeJS.Timeout;
  /** Errors that were reported: many audiences may fail with the same one. */
  readonly #reported = new WeakSet<object>();

  constructor({ heartbeatMs, onError }: AudiencesOptions) {
    this.#onError = onError;
    this.#timer = setInterval(() => this.#beat(heartbeatMs), heartbeatMs / checks).unref();
  }

  get size(): number {
    return this.#byKey.size;
  }

  /** The number of members in all audiences. */
  get members(): number {
    let members = 0;
    for (const audience of this.#byKey.values()) members += audience.size;
    return members;
  }

  /** Adds a member to the audience of a key; returns null if the member is behind and must read on by itself first. */
  join(key: string, member: AudienceMember<Event>, options: JoinOptions<Event>): Audience<Event> | null {
    const audience = this.#byKey.get(key) ?? this.#create(key, options);
    if (!audience.admit(member)) return null;
    this.#byKey.set(key, audience);
    return audience;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #create(key: string, options: JoinOptions<Event>): Audience<Event> {
    const onEmpty = () => void this.#byKey.delete(key);
    return new Audience<Event>({ ...options, key, onEmpty, onError: (error) => this.#report(error) });
  }

  #report(error: unknown): void {
    const fault = error instanceof Error ? error : new Error(String(error));
    if (this.#reported.has(fault)) return;
    this.#reported.add(fault);
    this.#onError(fault);
  }

  #beat(heartbeatMs: number): void {
    const before = performance.now() - heartbeatMs;
    let left = Math.ceil(this.#byKey.size / turns);
    for (const audience of this.#byKey.values()) {
      if (left === 0) return;
      if (audience.beat(before)) left -= 1;
    }
  }
}
