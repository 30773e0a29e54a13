import { type AudienceMember, AudienceMembers } from './audience-members.ts';
import { type Batch, emptyBatch } from './batch.ts';
import { BatchSize, type Weigh } from './batch-size.ts';
import { Budget } from './budget.ts';
import type { Feed } from './feed.ts';
import { batchEvents, unreadBytes } from './limits.ts';
import { type Numbered, type Position, positionAfter } from './log.ts';
import { Pace } from './pace.ts';
import { bytesOf, NotShareable, type Rendering } from './rendering.ts';

/**
 * The memory for batches that are larger than the budget of a socket; a single long event can be that large. Without this
 * limit, two hundred audiences of one socket would each render such an event before the first result is sent.
 */
const largeBatches = new Budget(4 * 1024 * 1024);

export interface AudienceOptions<Event extends Numbered> {
  /** The key of all members. */
  key: string;
  feed: Feed<Event>;
  /** Returns about how many bytes an event takes in the results. */
  weigh: Weigh<Event>;
  /** Returns the owner whose access an event ends, if any. */
  accessRevokedFor: (event: Event) => string | null;
  /** Called when the last member has left; the audience is not used again. */
  onEmpty: () => void;
  /** Called with the error if a batch could not be rendered for all members together. */
  onError: (error: unknown) => void;
}

/**
 * The readers of a feed that have equal subscriptions and are at its end: each batch of events is executed and serialised
 * once for all of them.
 */
export class Audience<Event extends Numbered> {
  readonly #options: AudienceOptions<Event>;
  readonly #batchSize: BatchSize<Event>;
  readonly #members = new AudienceMembers<Event>();
  #unlisten = () => {};
  #position: Position = { epoch: '', eventNumber: 0, at: 0 };
  readonly #pace = new Pace({ hasMore: () => this.#hasMore, flush: () => this.#flush() });
  /** Whether a batch waits for its turn to be rendered: heartbeats may be sent before it. */
  #isWaiting = false;
  #beating = Promise.resolve();
  /** `feed.ends.count` when the access of the members was last checked. */
  #endsSeen = 0;

  constructor(options: AudienceOptions<Event>) {
    this.#options = options;
    this.#batchSize = new BatchSize(options.weigh);
  }

  get size(): number {
    return this.#members.size;
  }

  /** Admits a member whose reader is at the end of the feed. Returns false for any other, which must catch up first. */
  admit(member: AudienceMember<Event>): boolean {
    if (!member.reader.isAtEnd) return false;
    if (this.size === 0) this.#open();
    this.#members.add(member, this.#position.eventNumber);
    return true;
  }

  /** Removes a member. Its reader continues after the last event that the member received. */
  remove(member: AudienceMember<Event>): void {
    const was = this.#members.remove(member);
    if (was === 'present') member.reader.moveTo(this.#position);
    if (was && this.size === 0) this.#close();
  }

  /** Sends a heartbeat if nothing was sent since `before` (ms, as of `performance.now`); returns whether it does. */
  beat(before: number): boolean {
    if (this.#pace.sentAt > before || (this.#pace.isBusy && !this.#isWaiting)) return false;
    if (this.#isWaiting) this.#beating = this.#beating.then(() => this.#sendBeat());
    else void this.#pace.run(() => this.#sendBeat());
    this.#pace.noteSent();
    return true;
  }

  async #sendBeat(): Promise<void> {
    await this.#deliver(emptyBatch('HEARTBEAT', this.#position));
  }

  #open(): void {
    const { feed } = this.#options;
    this.#position = feed.position;
    this.#endsSeen = feed.ends.count;
    this.#pace.noteSent();
    this.#unlisten = feed.listen({ advanced: () => this.#pace.flushSoon(), rewound: () => this.#members.dismiss() });
  }

  #close(): void {
    this.#pace.stop();
    this.#unlisten();
    this.#options.onEmpty();
  }

  get #hasMore(): boolean {
    return this.size > 0 && this.#position.eventNumber < this.#options.feed.eventNumber;
  }

  async #flush(): Promise<void> {
    const { feed } = this.#options;
    while (this.#hasMore) {
      this.#dismissEnded();
      if (this.size === 0) return;
      const recent = feed.recent(this.#position.eventNumber, batchEvents);
      // If the feed no longer has the events, or no member has room, each member reads on by itself.
      if (!recent || !this.#members.hasRoom()) return this.#members.dismiss();
      const events = this.#cut(this.#batchSize.cut(recent));
      const weight = this.#batchSize.weightOf(events);
      await (weight > unreadBytes ? this.#deliverLarge(events, weight) : this.#deliverEvents(events));
    }
  }

  async #deliverLarge(events: readonly Event[], weight: number): Promise<void> {
    this.#isWaiting = true;
    await largeBatches.take(weight, async () => {
      this.#isWaiting = false;
      await this.#beating;
      if (this.#members.hasRoom()) await this.#deliverEvents(events);
      else this.#members.dismiss();
    });
  }

  /** Returns the events of the next batch. It ends at an event that ends a member's access, or at which a member waits. */
  #cut(events: readonly Event[]): readonly Event[] {
    const ahead = this.#members.positionsAhead();
    const end = events.findIndex((event) => ahead.has(event.eventNumber) || this.#endedBy(event).length > 0);
    return end < 0 ? events : events.slice(0, end + 1);
  }

  async #deliverEvents(events: readonly Event[]): Promise<void> {
    const last = events.at(-1);
    if (!last) return;
    const { epoch, eventNumber: positionBefore } = this.#position;
    const position = positionAfter(epoch, last);
    const positions = { positionBefore, positionAfter: position.eventNumber, epoch, at: position.at };
    const { revision } = this.#options.feed;
    if (!(await this.#deliver({ status: 'LIVE', events, ...positions, revision, resetReason: null }))) return;
    this.#position = position;
    for (const member of this.#endedBy(last)) member.end();
    this.#members.admitAt(position.eventNumber);
  }

  #endedBy(event: Event): AudienceMember<Event>[] {
    const owner = this.#options.accessRevokedFor(event);
    return owner === null ? [] : this.#members.ownedBy(owner);
  }

  /** Returns whether the batch was delivered. If it cannot be shared, the members leave and read it by themselves. */
  async #deliver(batch: Batch<Event>): Promise<boolean> {
    const { key, onError } = this.#options;
    const shared = this.#members.shared();
    // The viewer of a member that has left is not kept current, and that of a member may have got other rights.
    if (shared?.key !== key) {
      this.#members.dismiss();
      return false;
    }
    const { rendering } = shared;
    try {
      const personal = rendering.personalFor(batch);
      const payloads = await rendering.render(batch, null);
      this.#batchSize.isTooLarge(batch.events, bytesOf(payloads));
      const own = await this.#renderOwn(batch, rendering, personal);
      this.#dismissEnded();
      if (payloads.length > 0) this.#members.send(payloads, own);
      return true;
    } catch (error) {
      if (!(error instanceof NotShareable)) onError(error);
      // Each member renders the batch for itself, or gets the error.
      this.#members.dismiss();
      return false;
    }
  }

  async #renderOwn(
    batch: Batch<Event>,
    rendering: Rendering<Event>,
    owners: ReadonlySet<string>,
  ): Promise<Map<string, readonly Buffer[]>> {
    const own = new Map<string, readonly Buffer[]>();
    // Recomputed on each iteration: members may join during the await.
    const missing = () => [...owners].find((owner) => !own.has(owner) && this.#members.has(owner));
    for (let owner = missing(); owner !== undefined; owner = missing()) {
      own.set(owner, await rendering.render(batch, owner));
    }
    return own;
  }

  /** Dismisses the members whose access has ended: a shared result may show changes that followed the end. */
  #dismissEnded(): void {
    const { ends } = this.#options.feed;
    if (ends.count === this.#endsSeen) return;
    this.#endsSeen = ends.count;
    this.#members.dismissEnded((owner) => ends.after(owner, this.#position.eventNumber));
  }
}
