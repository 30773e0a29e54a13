import { Audience, type AudienceOptions } from './audience.ts';
import type { Numbered } from './log.ts';
import type { Member } from './member.ts';

/** The audiences of a node, by what their members asked. */
export class Audiences<Event extends Numbered> {
  readonly #byKey = new Map<string, Audience<Event>>();
  readonly #timer: NodeJS.Timeout;

  /** `heartbeatMs`: after so long without news an audience gets a heartbeat, or up to a quarter later. */
  constructor(heartbeatMs: number) {
    this.#timer = setInterval(() => this.#beat(heartbeatMs), heartbeatMs / 4).unref();
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
    for (const audience of this.#byKey.values()) audience.beat(before);
  }
}
