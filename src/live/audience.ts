import { type Batch, emptyBatch } from './batch.ts';
import { BatchSize, batchBytes, batchEvents, type Weigh } from './batch-size.ts';
import { Budget } from './budget.ts';
import type { Feed } from './feed.ts';
import { type Numbered, type Position, positionAfter } from './log.ts';
import type { Member } from './member.ts';
import { bytesOf, type Rendering } from './rendering.ts';
import { noPayloads } from './sink.ts';

/**
 * Under load, how long events are gathered into one batch: what a batch costs a socket is nearly the same for one event
 * and for twenty. An idle audience does not wait at all. 4 ms: measured with bench/fan-out.
 */
const windowMs = 4;

/**
 * For batches that take more than a socket's budget, as one event may: two hundred audiences of one socket would hold as many
 * renderings of it before the first is sent.
 */
const largeBatches = new Budget(4 * 1024 * 1024);

export interface AudienceOptions<Event extends Numbered> {
  feed: Feed<Event>;
  rendering: Rendering<Event>;
  /** What an event weighs as the members are shown it. */
  weigh: Weigh<Event>;
  accessRevokedFor: (event: Event) => string | null;
  /** Called when the last member has gone; the audience is of no use any more then. */
  onEmpty: () => void;
}

/**
 * Readers of a feed who asked the same and are at its end: for all of them together, a batch of events is executed once,
 * serialised once, and framed once for each operation id.
 */
export class Audience<Event extends Numbered> {
  readonly #options: AudienceOptions<Event>;
  readonly #size: BatchSize<Event>;
  readonly #members = new Set<Member<Event>>();
  /** Who has read further than the audience, and is let in when it gets there. */
  readonly #ahead = new Set<Member<Event>>();
  #unlisten = () => {};
  #position: Position = { epoch: '', eventNumber: 0, at: 0 };
  #isFlushing = false;
  /** Whether nothing is rendered yet of what is flushed, and heartbeats may go before it. */
  #isWaiting = false;
  #beating = Promise.resolve();
  #timer: NodeJS.Timeout | null = null;
  #sentAt = 0;
  /** Count of the feed's ends when the members were last compared with them. */
  #endsSeen = 0;

  constructor(options: AudienceOptions<Event>) {
    this.#options = options;
    this.#size = new BatchSize(options.weigh);
  }

  get size(): number {
    return this.#members.size + this.#ahead.size;
  }

  /** Takes in a reader at the end of the feed; false for one that is not there any more, and must first read on. */
  admit(member: Member<Event>): boolean {
    if (!member.reader.isAtEnd) return false;
    const place = member.reader.eventNumber;
    if (this.size === 0) this.#open();
    (place === this.#position.eventNumber ? this.#members : this.#ahead).add(member);
    return true;
  }

  /** Lets a member go; its reader stands where it was served up to. */
  remove(member: Member<Event>): void {
    if (this.#members.delete(member)) member.reader.moveTo(this.#position);
    else if (!this.#ahead.delete(member)) return;
    if (this.size === 0) this.#close();
  }

  /** Sends a heartbeat if nothing was sent since `before` (ms, as of Date.now); whether it does. */
  beat(before: number): boolean {
    if (this.#sentAt > before || (this.#isFlushing && !this.#isWaiting)) return false;
    if (this.#isWaiting) this.#beating = this.#beating.then(() => this.#sendBeat());
    else void this.#exclusively(() => this.#sendBeat());
    this.#sentAt = Date.now();
    return true;
  }

  async #sendBeat(): Promise<void> {
    await this.#deliver(emptyBatch('HEARTBEAT', this.#position));
  }

  #open(): void {
    const { feed } = this.#options;
    this.#position = feed.position;
    this.#endsSeen = feed.ends.count;
    this.#sentAt = Date.now();
    this.#unlisten = feed.listen({ advanced: () => this.#flushSoon(), rewound: () => this.#dismiss() });
  }

  #close(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#unlisten();
    this.#options.onEmpty();
  }

  #flushSoon(): void {
    if (this.#isFlushing || this.#timer || this.#position.eventNumber >= this.#options.feed.eventNumber) return;
    const rest = this.#sentAt + windowMs - Date.now();
    if (rest <= 0) return void this.#exclusively(() => this.#flush());
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#exclusively(() => this.#flush());
    }, rest);
  }

  async #exclusively(work: () => Promise<unknown>): Promise<void> {
    this.#isFlushing = true;
    try {
      await work();
    } finally {
      this.#isFlushing = false;
      this.#sentAt = Date.now();
      if (this.size > 0) this.#flushSoon();
    }
  }

  async #flush(): Promise<void> {
    const { feed } = this.#options;
    while (this.size > 0 && this.#position.eventNumber < feed.eventNumber) {
      this.#dismissEnded();
      if (this.size === 0) return;
      const batch = feed.recent(this.#position.eventNumber, batchEvents);
      // Further behind than the feed remembers, or nobody has room: each member reads on by itself.
      if (!batch || !this.#hasRoom()) return this.#dismiss();
      const events = this.#cut(this.#size.cut(batch));
      const weight = this.#size.weightOf(events);
      await (weight > batchBytes ? this.#deliverLarge(events, weight) : this.#deliverEvents(events));
    }
  }

  async #deliverLarge(events: readonly Event[], weight: number): Promise<void> {
    this.#isWaiting = true;
    await largeBatches.take(weight, async () => {
      this.#isWaiting = false;
      await this.#beating;
      if (this.#hasRoom()) await this.#deliverEvents(events);
      else this.#dismiss();
    });
  }

  /** The batch up to the first event that ends a member's access, or up to where somebody waits ahead. */
  #cut(batch: readonly Event[]): readonly Event[] {
    const waiting = new Set([...this.#ahead].map(({ reader }) => reader.eventNumber));
    const end = batch.findIndex((event) => waiting.has(event.eventNumber) || this.#endedBy(event).length > 0);
    return end < 0 ? batch : batch.slice(0, end + 1);
  }

  async #deliverEvents(events: readonly Event[]): Promise<void> {
    const last = events.at(-1);
    if (!last) return;
    const { epoch, eventNumber: positionBefore } = this.#position;
    const position = positionAfter(epoch, last);
    const place = { positionBefore, positionAfter: position.eventNumber, epoch, at: position.at, resetReason: null };
    const { revision } = this.#options.feed;
    if (!(await this.#deliver({ status: 'LIVE', events, ...place, revision }))) return;
    this.#position = position;
    for (const member of this.#endedBy(last)) member.end();
    for (const member of this.#ahead) {
      if (member.reader.eventNumber !== position.eventNumber) continue;
      this.#ahead.delete(member);
      this.#members.add(member);
    }
  }

  #endedBy(event: Event): Member<Event>[] {
    const owner = this.#options.accessRevokedFor(event);
    return owner === null ? [] : [...this.#members].filter(({ reader }) => reader.owner === owner);
  }

  /** Whether the batch was delivered; if not, it cannot be shared after all, and the members are on their own way. */
  async #deliver(batch: Batch<Event>): Promise<boolean> {
    const { rendering } = this.#options;
    try {
      const apart = rendering.personalFor(batch);
      const payloads = await rendering.render(batch, null);
      this.#size.isTooLarge(batch.events, bytesOf(payloads));
      const own = new Map<string, readonly Buffer[]>();
      // Looked for anew each time: somebody may have come in while another's was rendered.
      const missing = () => [...apart].find((owner) => !own.has(owner) && this.#has(owner));
      for (let owner = missing(); owner; owner = missing()) own.set(owner, await rendering.render(batch, owner));
      this.#dismissEnded();
      if (payloads.length > 0) this.#send(payloads, own);
      return true;
    } catch {
      // Alone, each member gets the rendering of its own, or the error.
      this.#dismiss();
      return false;
    }
  }

  /** Whether anybody could take what would be rendered now. */
  #hasRoom(): boolean {
    for (const { sink } of this.#members) if (sink.hasRoomFor(noPayloads)) return true;
    return false;
  }

  #has(owner: string): boolean {
    for (const { reader } of this.#members) if (reader.owner === owner) return true;
    return false;
  }

  #send(payloads: readonly Buffer[], own: ReadonlyMap<string, readonly Buffer[]>): void {
    for (const member of this.#members) {
      member.receive((own.size > 0 && own.get(member.reader.owner)) || payloads);
    }
  }

  /** Sends those on their own way whose access has ended: a shared result may show what came after that. */
  #dismissEnded(): void {
    const { ends } = this.#options.feed;
    if (ends.count === this.#endsSeen) return;
    this.#endsSeen = ends.count;
    for (const member of [...this.#members, ...this.#ahead]) {
      if (ends.after(member.reader.owner, this.#position.eventNumber)) member.catchUp();
    }
  }

  /** Sends every member on its own way from here. */
  #dismiss(): void {
    for (const member of [...this.#members, ...this.#ahead]) member.catchUp();
  }
}
