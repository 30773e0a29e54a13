import { Audience, type AudienceOptions } from './audience.ts';
import type { Numbered } from './log.ts';
import type { Member } from './member.ts';

/** How often in the time of a heartbeat audiences are looked at, and what part of them is sent one at a time. */
const looks = 100;
const turns = 25;

/** The audiences of a node, by what their members asked. */
export class Audiences<Event extends Numbered> {
  readonly #byKey = new Map<string, Audience<Event>>();
  readonly #timer: NodeJS.Timeout;

  /**
   * `heartbeatMs`: after so long without news an audience gets a heartbeat, or up to a quarter later. Never all at once:
   * those of ten thousand readers who came back together would hold everybody up.
   */
  constructor(heartbeatMs: number) {
    this.#timer = setInterval(() => this.#beat(heartbeatMs), heartbeatMs / looks).unref();
  }

  get size(): number {
    return this.#byKey.size;
  }

  /** Members of all audiences. */
  get members(): number {
    let members = 0;
    for (const audience of this.#byKey.values()) members += audience.size;
    return members;
  }

  /** Gives a member to the audience of `key`; null if it is behind that and must first read on by itself. */
  join(key: string, member: Member<Event>, options: Omit<AudienceOptions<Event>, 'onEmpty'>): Audience<Event> | null {
    const audience =
      this.#byKey.get(key) ?? new Audience<Event>({ ...options, onEmpty: () => void this.#byKey.delete(key) });
    if (!audience.admit(member)) return null;
    this.#byKey.set(key, audience);
    return audience;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #beat(heartbeatMs: number): void {
    const before = Date.now() - heartbeatMs;
    let left = Math.ceil(this.#byKey.size / turns);
    for (const audience of this.#byKey.values()) {
      if (left === 0) return;
      if (audience.beat(before)) left -= 1;
    }
  }
}
